// Loaded into a process: when it opens its first socket, at which it ends, or when it ends by itself, it writes the modules
// it has loaded where MODULES_FILE says. Those that every command of the CLI loads, as it extends `SfCommand`, are left out.
import { subscribe } from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { isMainThread } from 'node:worker_threads';

let loaded = [];

registerHooks({
  load(url, context, nextLoad) {
    if (!url.startsWith('node:')) loaded.push(url);
    return nextLoad(url, context);
  },
});
if (isMainThread) {
  await import('@salesforce/sf-plugins-core');
  await import('@salesforce/core');
  loaded = [];
  subscribe('net.client.socket', () => process.exit());
  process.on('exit', () => writeFileSync(process.env.MODULES_FILE, JSON.stringify(loaded)));
}
