import { Messages } from '@salesforce/core';
import { type Diagnosis, pass } from './diagnosis.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-byline', 'doctor');

/** The oldest Node the plugin runs on; undici asks for it. */
export const OLDEST_NODE = '22.19.0';

type Environment = Readonly<Record<string, string | undefined>>;

const PROXIES = ['https_proxy', 'http_proxy', 'no_proxy'];

/** Whether this Node can run the plugin. */
export function diagnoseNode(version: string): Diagnosis {
  const name = messages.getMessage('node', [version]);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE.split('.').map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return pass(name);
  return { name, status: 'fail', suggestions: [messages.getMessage('node.old', [OLDEST_NODE, version])] };
}

/** The variables for proxies that are set, by name: their values may hold a password. */
export function proxyVariables(env: Environment): string[] {
  // On Windows a variable is there in both spellings, but listed in its own only.
  const listed = Object.keys(env).filter((name) => env[name]);
  return PROXIES.flatMap((name) => [name, name.toUpperCase()]).filter((name) => listed.includes(name));
}

/** Whether the variables for proxies say where the proxy is, and say one thing only. */
export function diagnoseProxies(env: Environment): Diagnosis {
  const set = proxyVariables(env);
  if (set.length === 0) return pass(messages.getMessage('proxy.none'));
  const wrong = set.filter((name) => name.toLowerCase() !== 'no_proxy' && !URL.canParse(env[name] ?? ''));
  const twice = PROXIES.filter((name) => set.includes(name) && set.includes(name.toUpperCase()));
  const differing = twice.filter((name) => env[name] !== env[name.toUpperCase()]);
  return {
    name: messages.getMessage('proxy.some', [set.join(', ')]),
    status: wrong.length > 0 ? 'fail' : differing.length > 0 ? 'warn' : 'pass',
    suggestions: [
      ...wrong.map((name) => messages.getMessage('proxy.noUrl', [name])),
      ...differing.map((name) => messages.getMessage('proxy.differ', [name, name.toUpperCase()])),
    ],
  };
}

/** Whether the file of NODE_EXTRA_CA_CERTS can be read; nothing where the variable is not set. */
export async function diagnoseCertificates(
  env: Environment,
  read: (path: string) => Promise<unknown>,
): Promise<Diagnosis[]> {
  const path = env['NODE_EXTRA_CA_CERTS'];
  if (!path) return [];
  const name = messages.getMessage('certificates');
  try {
    await read(path);
    return [pass(name)];
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const suggestion = messages.getMessage('certificates.unreadable', [code ?? message]);
    return [{ name, status: 'fail', suggestions: [suggestion] }];
  }
}
