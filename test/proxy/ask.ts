// Asks for URLs one after another, with the dispatcher the commands use, in an environment that says this of proxies; it is
// told both by the process that started it. Answers what became of each: a status, or the message of the failure.
import { sendRequest, createDispatcher } from '../../src/http/send-request.ts';

export type Asked = { readonly proxies: Readonly<Record<string, string>>; readonly urls: readonly string[] };

export type Outcomes = readonly (number | string)[];

process.on('message', ({ proxies, urls }: Asked) => {
  void ask(proxies, urls).then((outcomes) => process.send!(outcomes));
});

async function ask(proxies: Asked['proxies'], urls: readonly string[]): Promise<Outcomes> {
  for (const name of Object.keys(process.env)) if (/_proxy$/i.test(name)) delete process.env[name];
  Object.assign(process.env, proxies);
  const dispatcher = createDispatcher();
  const outcomes: (number | string)[] = [];
  for (const url of urls) {
    const limits = { timeoutMs: 10_000, maxBytes: 1_000 };
    const asked = sendRequest({ method: 'GET', url, ...limits }, dispatcher);
    outcomes.push(await asked.then(({ status }) => status).catch((error: Error) => error.message));
  }
  await dispatcher.close();
  return outcomes;
}
