// Loaded into a process: when it opens its first socket, or ends, it writes the modules it has loaded where MODULES_FILE says.
import { subscribe } from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const loaded = [];
let told = !isMainThread;

function tell() {
  if (told) return;
  told = true;
  writeFileSync(process.env.MODULES_FILE, JSON.stringify(loaded));
}

registerHooks({
  load(url, context, nextLoad) {
    if (!url.startsWith('node:')) loaded.push(url);
    return nextLoad(url, context);
  },
});
subscribe('net.client.socket', tell);
process.on('exit', tell);
