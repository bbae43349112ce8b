// Writes estimates of 25 platforms, 40 indicators and 24 months as CSV, with ids from standard input.
import { readFileSync } from "node:fs";

const ids = readFileSync(0, "utf8").split("\n").slice(1, 41).map((line) => line.split(",")[0]);
const month = (i) => new Date(Date.UTC(2024, i, 1)).toISOString().slice(0, 10);
console.log(
  "indicator,indicator_version,basis,statistic,status,reason,platform,group_name,group_value,period_start,period_end,x,x_unit,value,lower,upper,interval,interval_kind,confidence,k,n,clusters,censored,unit,note,input_id",
);
ids.forEach((id, i) => {
  for (let p = 0; p < 25; p += 1) {
    for (let m = 0; m <= 24; m += 1) {
      const [start, end] = m < 24 ? [month(m), month(m + 1)] : [month(0), month(24)];
      const k = 100 + ((i * 7 + p * 31 + m * 13) % 800);
      const n = 1000 + p;
      console.log(
        `${id},1,statements,share,ok,,Platform number ${p},,,${start},${end},,,${k / n},${(k - 50) / n},${(k + 50) / n},wilson,process,0.95,${k},${n},,,share,simulated data,0123456789abcdef`,
      );
    }
  }
});
