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
  readonly sessionId?: string;
  readonly method?: string;
  readonly params: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
};

/** A browser without a window, spoken to over pipes by the DevTools protocol. */
export class Browser implements AsyncDisposable {
  private readonly process: ChildProcess;
  private readonly home: string;
  private readonly waiting = new Map<number, (message: Message) => void>();
  private readonly listeners: ((message: Message) => void)[] = [];
  private count = 0;

  private constructor(process: ChildProcess, home: string) {
    this.process = process;
    this.home = home;
    let text = '';
    (process.stdio[4] as Readable).setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (text + chunk).split('\0');
      text = parts.pop() ?? '';
      for (const part of parts) this.receive(JSON.parse(part) as Message);
    });
  }

  public static async start(program: string): Promise<Browser> {
    const home = await mkdtemp(join(tmpdir(), 'byline-browser-'));
    const stdio = ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] as const;
    return new Browser(spawn(program, [...FLAGS, `--user-data-dir=${home}`], { stdio: [...stdio] }), home);
  }

  /** Opens a file as a person would, by its path. */
  public async open(path: string): Promise<Page> {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const page = new Page(this, sessionId as string);
    await page.load(`file://${path}`);
    return page;
  }

  /** Gives the result of a command to a page, or to the browser itself. */
  public send(method: string, params: object = {}, sessionId?: string): Promise<Record<string, unknown>> {
    const id = (this.count += 1);
    (this.process.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => {
      this.waiting.set(id, ({ result, error }) => (error ? reject(new Error(error.message)) : resolve(result ?? {})));
    });
  }

  /** Tells of every event of a page. */
  public onEvent(sessionId: string, tell: (message: Message) => void): void {
    this.listeners.push((message) => message.sessionId === sessionId && tell(message));
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.process.once('close', resolve));
    this.process.kill('SIGKILL');
    await closed;
    await rm(this.home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  private receive(message: Message): void {
    if (message.id === undefined) for (const tell of this.listeners) tell(message);
    else this.waiting.get(message.id)?.(message);
  }
}

/** A page of a browser, closed on dispose. */
export class Page implements AsyncDisposable {
  /** What the page asked for, itself included, and what it complained about. */
  public readonly requests: string[] = [];
  public readonly complaints: string[] = [];
  private readonly browser: Browser;
  private readonly session: string;
  private readonly loaded: Promise<void>;

  public constructor(browser: Browser, session: string) {
    this.browser = browser;
    this.session = session;
    this.loaded = new Promise((resolve) => {
      browser.onEvent(session, ({ method, params }) => {
        if (method === 'Page.loadEventFired') resolve();
        if (method === 'Network.requestWillBeSent') this.requests.push((params['request'] as { url: string }).url);
        if (method === 'Log.entryAdded') this.complaints.push((params['entry'] as { text: string }).text);
        if (method === 'Runtime.exceptionThrown') this.complaints.push(JSON.stringify(params['exceptionDetails']));
      });
    });
  }

  /** Loads a page, the first of this one. */
  public async load(url: string): Promise<void> {
    for (const domain of ['Page', 'Network', 'Log', 'Runtime']) await this.send(`${domain}.enable`);
    await this.send('Page.navigate', { url });
    await this.loaded;
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
    await this.send('Page.close');
  }

  private send(method: string, params: object = {}): Promise<Record<string, unknown>> {
    return this.browser.send(method, params, this.session);
  }
}
