import { Messages } from '@salesforce/core';
import { PROXY_VARIABLES, setProxies, wrongProxies } from '../http/proxies.ts';
import { type Diagnosis, pass } from './diagnosis.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-byline', 'doctor');

/** The oldest Node version the plugin runs on, which undici requires. */
export const OLDEST_NODE = '22.19.0';

type Environment = Readonly<Record<string, string | undefined>>;

/** Checks that this version of Node can run the plugin. */
export function diagnoseNode(version: string): Diagnosis {
  const name = messages.getMessage('node', [version]);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE.split('.').map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return pass(name);
  return { name, status: 'fail', suggestions: [messages.getMessage('node.old', [OLDEST_NODE, version])] };
}

/** Checks that the proxy variables hold addresses and don't contradict each other. */
export function diagnoseProxies(env: Environment): Diagnosis {
  const set = setProxies(env);
  if (set.length === 0) return pass(messages.getMessage('proxy.none'));
  const wrong = wrongProxies(env);
  const twice = PROXY_VARIABLES.filter((name) => set.includes(name) && set.includes(name.toUpperCase()));
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

/** Checks that the file of NODE_EXTRA_CA_CERTS can be read; no check if the variable isn't set. */
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
