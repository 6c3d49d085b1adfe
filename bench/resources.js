// Loaded into a process that is measured: when it ends, it writes its peak resident size (MB) and the processor time it
// took, user and system (s), where RESOURCES_FILE says.
import { writeFileSync } from 'node:fs';

const file = process.env.RESOURCES_FILE;
// What it starts itself is not measured.
delete process.env.RESOURCES_FILE;

process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeFileSync(file, JSON.stringify({ peak: maxRSS / 1024, cpu: (userCPUTime + systemCPUTime) / 1e6 }));
});
