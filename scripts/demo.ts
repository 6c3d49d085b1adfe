// The main job, for real: the `sf` CLI with this plugin linked syncs an emulated org on loopback. Everything it writes
// goes to a temporary home, and ends with the demo.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOrg } from '../test/emulator/org/org.ts';
import { startServices } from '../test/emulator/services/services.ts';
import { QUIET_CLI } from '../test/rig/environment.ts';

const root = join(import.meta.dirname, '..');
const FIELDS = { twitter: 'Tweets__c', facebook: 'Likes__c', linkedin: 'LinkedIn_Shares__c', plausible: 'Reads__c' };

const home = await mkdtemp(join(tmpdir(), 'byline-demo-'));
const org = await startOrg();
const services = await startServices();
try {
  const articles = Array.from({ length: 250 }, (_, index) => ({
    Name: `Article ${index + 1}`,
    Published_URL__c: `https://magazine.example.com/${2020 + (index % 7)}/article-${index + 1}`,
    Tweets__c: index % 3 === 0 ? null : index,
  }));
  const ids = org.table('Byline__c').insert(articles);
  // Plausible answers with a report, in which unread articles have no row.
  for (const [index, { Published_URL__c: url }] of articles.entries()) services.set('plausible', url, 10 * index);
  const settings = services.settings();
  const chosen = Object.fromEntries(Object.keys(FIELDS).map((name) => [name, settings[name]]));
  await writeFile(join(home, 'byline.json'), JSON.stringify({ fields: FIELDS, services: chosen }, null, 2));

  say(`An emulated org with ${ids.length} articles is at ${org.url}, four count services at ${services.url}.`);
  await sf(['plugins', 'link', '--no-install', root], 'Link the plugin into the sf CLI');
  await sf(['org', 'login', 'access-token', '--instance-url', org.url, '--alias', 'demo', '--no-prompt'], 'Log in');
  await sf(['byline', 'sync', '--target-org', 'demo', '--config-file', 'byline.json', '--dry-run'], 'Preview');
  await sf(['byline', 'sync', '--target-org', 'demo', '--config-file', 'byline.json'], 'Sync');

  const wrong = ids.filter((id, index) => {
    const record = org.table('Byline__c').get(id);
    const url = articles[index]!.Published_URL__c;
    return Object.entries(FIELDS).some(([service, field]) => record?.[field] !== services.count(service, url));
  });
  if (wrong.length > 0) throw new Error(`${wrong.length} records do not hold the right counts`);
  say(
    `All ${ids.length} records of the org hold the counts of the four services; Plausible gave its own in ${services.log.count('plausible')} requests.`,
  );
} finally {
  await Promise.all([org.close(), services.close()]);
  await rm(home, { recursive: true, force: true });
}

function say(text: string): void {
  console.log(`\n${text}`);
}

/** Runs the sf CLI in the demo's home and shows what it shows. */
async function sf(args: string[], title: string): Promise<void> {
  say(`${title}\n$ sf ${args.join(' ')}\n`);
  const child = spawn(process.execPath, [join(root, 'node_modules/@salesforce/cli/bin/run.js'), ...args], {
    cwd: home,
    stdio: 'inherit',
    env: {
      ...withoutSettings(process.env),
      ...services.env(),
      HOME: home,
      USERPROFILE: home,
      SF_ACCESS_TOKEN: org.accessToken(),
      ...QUIET_CLI,
      OCLIF_DISABLE_LINKED_ESM_WARNING: 'true',
    },
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`sf ended with exit code ${code}`);
}

/** The environment without what leads the CLI to the user's own files and orgs. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(XDG|SF|SFDX|BYLINE)_/.test(name)));
}
