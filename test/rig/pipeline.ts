import { readFileSync } from 'node:fs';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { chmod, copyFile, cp, mkdir, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { wrongRecords } from './articles.ts';
import type { Job, Step } from './examples.ts';
import type { Place } from './in-process.ts';
import { type Ended, Rig, root } from './rig.ts';

/** What the settings of the pipelines fill. */
const FIELDS = { facebook: 'Likes__c', hatena: 'Tweets__c' };

/**
 * Programs the pipelines call, and what is done instead. `sf` is run by the test's own process, as each start of the CLI
 * takes seconds; to install from the registry takes a network and a published version, so that the plugin is linked.
 */
const PROGRAMS: Readonly<Record<string, string>> = {
  sf: `[ "$1 $2" != "plugins install" ] || set -- plugins link --no-install "${root}"
exec 8<> "/dev/tcp/127.0.0.1/$SF_PORT"
{ printf '%s\\0' "$PWD" "$#" "$@"; env -0; printf '\\0'; } >&8
read -r code output <&8
cat "$output.stdout"; cat "$output.stderr" >&2; exit "$code"`,
  git: 'echo "git $*" >> "$HOME/git.log"',
  npm: 'echo "npm $*" >> "$HOME/npm.log"',
  gh: 'echo "gh $*" >> "$HOME/gh.log"; while [ $# -gt 1 ]; do shift; done; cat "$1" >> "$HOME/gh.log"',
};

/** A place where pipelines run: a rig, a checkout in it, and the programs they call. */
export class Pipeline implements AsyncDisposable {
  public readonly rig: Rig;
  public readonly folder: string;
  /** What the pipelines' secrets and variables are. */
  public readonly secrets: Readonly<Record<string, string>>;
  private readonly done = new Set<string>();
  private readonly server = createServer((socket) => {
    let asked = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      asked += text;
      const command = readCommand(asked);
      if (command) void this.runSf(command).then((answer) => socket.end(answer));
    });
  });

  private constructor(rig: Rig) {
    this.rig = rig;
    this.folder = join(rig.home, 'checkout');
    // The CLI signs with it; only a real key will do.
    const key = String(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export(PEM));
    this.secrets = {
      ...{ ORG_JWT_KEY: key, ORG_READER_JWT_KEY: key, ORG_CLIENT_ID: 'client', ORG_URL: rig.org.url },
      ...{ ORG_USERNAME: rig.org.username, ORG_READER_USERNAME: rig.org.username, ...rig.services.env() },
    };
  }

  public static async start(options: Parameters<typeof Rig.start>[0] = {}): Promise<Pipeline> {
    const pipeline = new Pipeline(await Rig.start({ login: 'none', ...options }));
    const { rig, folder } = pipeline;
    for (const [name, script] of Object.entries(PROGRAMS)) {
      await chmod(await rig.write(`bin/${name}`, `#!/usr/bin/env bash\n${script}\n`), 0o755);
    }
    await once(pipeline.server.listen(0, '127.0.0.1'), 'listening');
    await mkdir(join(folder, 'ci'), { recursive: true });
    await copyFile(join(root, 'examples/byline-sync.sh'), join(folder, 'ci/byline-sync.sh'));
    await rig.settings(FIELDS);
    await copyFile(join(rig.home, 'byline.json'), join(folder, 'byline.json'));
    rig.env = {
      ...rig.env,
      ...{ PATH: `${join(rig.home, 'bin')}:${rig.env['PATH']}`, CI: 'true', OCLIF_DISABLE_LINKED_ESM_WARNING: 'true' },
      ...{ RUNNER_TEMP: rig.home, GITHUB_STEP_SUMMARY: join(rig.home, 'summary.md') },
      ...{ GITHUB_OUTPUT: join(rig.home, 'outputs'), SF_PORT: String((pipeline.server.address() as AddressInfo).port) },
    };
    // Who is logged in has the plugin, too.
    if (options.login) await pipeline.well('sf plugins install sf-plugin-byline');
    return pipeline;
  }

  /** Runs a script in the checkout, as GitHub, GitLab and Jenkins do: it ends where a command fails. */
  public async sh(script: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const { rig } = this;
    const before = rig.env;
    rig.env = { ...before, ...env };
    try {
      return await rig.exec('bash', ['-e', '-c', `cd "${this.folder}"\n${script}`]);
    } finally {
      rig.env = before;
    }
  }

  /** Runs a script that must end well. What was run before with the same variables has been run. */
  public async well(script: string, env: Readonly<Record<string, string>> = {}): Promise<void> {
    const what = JSON.stringify([script, env]);
    if (/sf (plugins|org login) /.test(script) && this.done.has(what)) return;
    const ended = await this.sh(script, env);
    expect(ended.code, `${script}\n${ended.stdout}${ended.stderr}`).to.equal(0);
    this.done.add(what);
  }

  /** Runs a job of a workflow of GitHub, on a machine without what earlier jobs left. */
  public async job(job: Job, matrix: Readonly<Record<string, string>> = {}): Promise<void> {
    for (const name of ['plan.jsonl', 'plan.md', 'report.md']) await rm(join(this.folder, name), { force: true });
    const resolve = (env: Job['env'] = {}): Record<string, string> =>
      Object.fromEntries(Object.entries(env).map(([name, value]) => [name, this.resolve(value, matrix)]));
    for (const step of job.steps) {
      if (step.run !== undefined) await this.well(step.run, { ...resolve(job.env), ...resolve(step.env) });
      else await this.use(step);
    }
  }

  /** The records that do not hold the right counts. */
  public wrong(): object[] {
    return wrongRecords(this.rig, FIELDS);
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    this.server.close();
    await this.rig[Symbol.asyncDispose]();
  }

  /** Runs a command of `sf`. Returns its exit code and where its output is. */
  private async runSf({ args, place }: Command): Promise<string> {
    const { code, stdout, stderr } = await this.rig.runProgram('sf', args, place);
    await this.rig.write('sf.stdout', stdout);
    return `${code} ${(await this.rig.write('sf.stderr', stderr)).replace(/\.stderr$/, '')}\n`;
  }

  /** What the actions do that hand files on; the others only set a machine up. */
  private async use({ uses = '', with: given = {} }: Step): Promise<void> {
    const store = join(this.rig.home, 'artifacts', given['name'] ?? '');
    const { path = '' } = given;
    if (uses.startsWith('actions/upload-artifact@')) await cp(join(this.folder, path), join(store, path), COPY);
    else if (uses.startsWith('actions/download-artifact@')) await cp(store, this.folder, COPY);
    else expect(uses).to.match(/^actions\/(checkout|setup-node)@/);
  }

  /** The output of the only step that has any. */
  private output(name: string): string | undefined {
    const lines = readFileSync(join(this.rig.home, 'outputs'), 'utf8').split('\n');
    return lines.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
  }

  /** An expression of GitHub, as far as the examples use any. */
  private resolve(text: string, matrix: Readonly<Record<string, string>>): string {
    return String(text).replace(/\$\{\{ ([\w.]+) \}\}/g, (_, expression: string) => {
      const [kind = '', name = ''] = expression.split(/\.(.*)/);
      const known: Record<string, string | undefined> = {
        [`secrets.${name}`]: this.secrets[name],
        [`vars.${name}`]: this.secrets[name],
        [`matrix.${name}`]: matrix[name],
        ...{ 'github.workspace': this.folder, 'github.token': 'token', 'github.event.pull_request.number': '42' },
      };
      const output = /^plan\.outputs\.(\w+)$/.exec(name)?.[1];
      const value = output === undefined ? known[`${kind}.${name}`] : this.output(output);
      if (value === undefined) throw new Error(`unknown expression: ${expression}`);
      return value;
    });
  }
}

type Command = { readonly args: readonly string[]; readonly place: Place };

/** A command as the `sf` of the scripts tells it: folder, number of words, words, variables, and an empty text at the end. */
function readCommand(asked: string): Command | undefined {
  const [cwd = '', count, ...texts] = asked.split('\0');
  const [args, env] = [texts.slice(0, Number(count)), texts.slice(Number(count))];
  if (!env.slice(0, -1).includes('')) return undefined;
  const variables = env.filter((line) => line !== '').map((line) => /^([^=]*)=(.*)$/s.exec(line)!.slice(1));
  return { args, place: { cwd, env: Object.fromEntries(variables) as Record<string, string> } };
}

const COPY = { recursive: true };

const PEM = { type: 'pkcs8', format: 'pem' } as const;
