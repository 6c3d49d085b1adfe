// The program of a `CommandProcess`: runs the commands it is sent, and tells how each ended.
import { runInProcess } from './in-process.ts';

process.on('message', (command: Parameters<typeof runInProcess>) => {
  void runInProcess(...command).then((output) => process.send!(output));
});
