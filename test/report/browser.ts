import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** A browser of this machine, named by CHROME_PATH or found by a usual name; `undefined` where there is none. */
export function findBrowser(): string | undefined {
  const names = [process.env['CHROME_PATH'], ...NAMES].filter((name) => name !== undefined);
  return names.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0);
}

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--remote-debugging-pipe', '--window-size=1100,1600'],
];

type Message = {
  readonly id?: number;
  readonly method?: string;
  readonly params: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
};

/** A page in a browser without a window, spoken to over pipes by the DevTools protocol. */
export class Page implements AsyncDisposable {
  /** What the page asked for, itself included, and what it complained about. */
  public readonly requests: string[] = [];
  public readonly complaints: string[] = [];
  private readonly browser: ChildProcess;
  private readonly home: string;
  private readonly waiting = new Map<number, (message: Message) => void>();
  private readonly events: ((message: Message) => void)[] = [];
  private session: string | undefined;
  private count = 0;

  private constructor(browser: ChildProcess, home: string) {
    this.browser = browser;
    this.home = home;
    let text = '';
    (browser.stdio[4] as Readable).setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (text + chunk).split('\0');
      text = parts.pop() ?? '';
      for (const part of parts) this.receive(JSON.parse(part) as Message);
    });
  }

  /** Opens a file as a person would, by its path. */
  public static async open(program: string, path: string): Promise<Page> {
    const home = await mkdtemp(join(tmpdir(), 'byline-browser-'));
    const stdio = ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] as const;
    const page = new Page(spawn(program, [...FLAGS, `--user-data-dir=${home}`], { stdio: [...stdio] }), home);
    const { targetId } = await page.send('Target.createTarget', { url: 'about:blank' });
    page.session = (await page.send('Target.attachToTarget', { targetId, flatten: true }))['sessionId'] as string;
    for (const domain of ['Page', 'Network', 'Log', 'Runtime']) await page.send(`${domain}.enable`);
    const loaded = new Promise<void>((resolve) => {
      page.events.push(({ method }) => method === 'Page.loadEventFired' && resolve());
    });
    await page.send('Page.navigate', { url: `file://${path}` });
    await loaded;
    return page;
  }

  /** The value of an expression in the page. */
  public async read<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', {
      expression,
      returnByValue: true,
      awaitPromise: true,
    });
    if (exceptionDetails) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
    return (result as { value: T }).value;
  }

  /** Runs a program in the page, as its policy lets nobody else do. */
  public async run(program: string): Promise<void> {
    await this.send('Runtime.evaluate', { expression: program });
  }

  /** Makes the window as wide as this, in pixels. */
  public async resize(width: number): Promise<void> {
    await this.send('Emulation.setDeviceMetricsOverride', { width, height: 844, deviceScaleFactor: 1, mobile: false });
  }

  /** Looks at the page as somebody does whose system is light or dark. Gives a PNG. */
  public async look(scheme: 'light' | 'dark'): Promise<Buffer> {
    const features = [{ name: 'prefers-color-scheme', value: scheme }];
    await this.send('Emulation.setEmulatedMedia', { features });
    const { data } = await this.send('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true });
    return Buffer.from(data as string, 'base64');
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.browser.once('close', resolve));
    this.browser.kill('SIGKILL');
    await closed;
    await rm(this.home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  private send(method: string, params: object = {}): Promise<Record<string, unknown>> {
    const id = (this.count += 1);
    const session = this.session === undefined ? {} : { sessionId: this.session };
    (this.browser.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, ...session })}\0`);
    return new Promise((resolve, reject) => {
      this.waiting.set(id, ({ result, error }) => (error ? reject(new Error(error.message)) : resolve(result ?? {})));
    });
  }

  private receive(message: Message): void {
    if (message.id !== undefined) this.waiting.get(message.id)?.(message);
    const { method, params } = message;
    if (method === 'Network.requestWillBeSent') this.requests.push((params['request'] as { url: string }).url);
    if (method === 'Log.entryAdded') this.complaints.push((params['entry'] as { text: string }).text);
    if (method === 'Runtime.exceptionThrown') this.complaints.push(JSON.stringify(params['exceptionDetails']));
    for (const told of this.events) told(message);
  }
}
