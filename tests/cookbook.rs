//! The recipes of the cookbook run, and print what they say. Each has the same parts.

use std::path::Path;

use crate::examples;

#[test]
fn recipes_of_the_cookbook_run_as_printed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cookbook");
    let mut recipes: Vec<_> = std::fs::read_dir(&folder)
        .expect("folder")
        .flatten()
        .map(|e| e.path())
        .filter(|p| !p.ends_with("README.md"))
        .collect();
    recipes.sort();
    assert!(recipes.len() >= 12, "{} recipes", recipes.len());
    let index = std::fs::read_to_string(folder.join("README.md")).expect("index");
    for path in recipes {
        let name = path.file_name().and_then(|n| n.to_str()).expect("a name");
        let text = std::fs::read_to_string(&path).expect("recipe");
        assert!(index.contains(&format!("]({name})")), "the index does not name {name}");
        for part in ["**Who asks.**", "**What may be published.**", "**What limits it.**"] {
            assert!(text.contains(part), "{name} has no part {part}");
        }
        let dir = tempfile::tempdir().expect("folder");
        assert!(examples::run(name, &text, dir.path()) > 0, "{name} has no example");
    }
}
