// Loaded into the process that is measured: writes its peak resident size (MB) and CPU time (s) where PEAK_FILE says.
import { writeFileSync } from 'node:fs';

process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const figures = { peak: maxRSS / 1024, cpu: (userCPUTime + systemCPUTime) / 1e6 };
  writeFileSync(process.env.PEAK_FILE, JSON.stringify(figures));
});
