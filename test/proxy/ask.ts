// Asks for the URLs it is given one after another, with the dispatcher the commands use, in the environment it finds
// itself in. Prints what became of each: a status, or the message of the failure.
import { sendRequest, createDispatcher } from '../../src/http/send-request.ts';

const dispatcher = createDispatcher();
const outcomes: (number | string)[] = [];
for (const url of process.argv.slice(2)) {
  const limits = { timeoutMs: 10_000, maxBytes: 1_000 };
  const asked = sendRequest({ method: 'GET', url, ...limits }, dispatcher);
  outcomes.push(await asked.then(({ status }) => status).catch((error: Error) => error.message));
}
await dispatcher.close();
process.stdout.write(JSON.stringify(outcomes));
