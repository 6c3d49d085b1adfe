// An emulated org with articles, and the count services, on loopback, for people to play with and for benchmarks to start
// as a child process. Runs until Ctrl-C.
import { parseArgs } from 'node:util';
import { type EmulatedOrg, startOrg } from '../test/emulator/org/org.ts';
import { seedArticles } from '../test/emulator/org/seed.ts';
import { type EmulatedServices, startServices } from '../test/emulator/services/services.ts';

const USAGE = `Usage: npm run emulator -- [options]

  --port N        port of the org; the count services take the ports from N+1 (default 8031; 0 = any free ones)
  --records N     articles to put in (default 20)
  --batch-ms N    how long a batch stays Queued and InProgress (default 2000)
  --latency-ms N  added to every answer of the org (default 0)
  --service-ms N  added to every answer of the count services (default 0)
  --json          print one line of JSON: url, token, username, services, settings, env
  --lean          keep no request log and no batch bodies, for large runs
  --no-services   start the org alone
`;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8031' },
    records: { type: 'string', default: '20' },
    'batch-ms': { type: 'string', default: '2000' },
    'latency-ms': { type: 'string', default: '0' },
    'service-ms': { type: 'string', default: '0' },
    json: { type: 'boolean', default: false },
    lean: { type: 'boolean', default: false },
    services: { type: 'boolean', default: true },
    help: { type: 'boolean', short: 'h', default: false },
  },
  allowNegative: true,
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}

const port = numberOf('port');
const org = await startOrg({
  port,
  latencyMs: numberOf('latency-ms'),
  batchMs: numberOf('batch-ms'),
  keepBodies: !values.lean,
}).catch(unstartable);
org.log.keep = !values.lean;
const ids = seedArticles(org, numberOf('records'), new Date());
const services = values.services
  ? await startServices({ port: port === 0 ? 0 : port + 1, latencyMs: numberOf('service-ms') }).catch(unstartable)
  : undefined;
if (services) services.log.keep = !values.lean;

if (values.json) console.log(JSON.stringify(facts(org, services)));
else console.log(introduction(org, ids, services));

const stop = (): void => void Promise.all([org.close(), services?.close()]).then(() => process.exit(0));
process.once('SIGINT', stop);
process.once('SIGTERM', stop);

function numberOf(flag: 'port' | 'records' | 'batch-ms' | 'latency-ms' | 'service-ms'): number {
  const value = Number(values[flag]);
  if (Number.isInteger(value) && value >= 0) return value;
  console.error(`--${flag} must be a whole number.\n\n${USAGE}`);
  process.exit(2);
}

function unstartable(error: unknown): never {
  console.error(
    `The emulator cannot start: ${(error as Error).message}. Choose another --port, or 0 for any free one.`,
  );
  process.exit(1);
}

function facts(emulated: EmulatedOrg, counts: EmulatedServices | undefined): object {
  const { url, username, orgId, refreshToken } = emulated;
  const about = { url, token: emulated.accessToken(), refreshToken, username, orgId };
  return counts ? { ...about, services: counts.url, settings: counts.settings(), env: counts.env() } : about;
}

function introduction(emulated: EmulatedOrg, records: readonly string[], counts: EmulatedServices | undefined): string {
  const { url } = emulated;
  const token = emulated.accessToken();
  const rest = `curl -s -H "Authorization: Bearer $TOKEN" "$ORG/services/data/v64.0`;
  const bulk = `curl -s -H "X-SFDC-Session: $TOKEN" -H 'Content-Type: application/xml'`;
  const xmlns = 'xmlns="http://www.force.com/2009/06/asyncapi/dataload"';
  const [id = 'ID'] = records;
  return `An emulated org with ${records.length} records of Byline__c is at ${url}. Ctrl-C ends it, and it forgets everything.

Log in (use a HOME of its own, to keep your real orgs out of it):
  export HOME=$(mktemp -d) SF_USE_GENERIC_UNIX_KEYCHAIN=true
  SF_ACCESS_TOKEN='${token}' sf org login access-token --instance-url ${url} --no-prompt --alias emu
  sf data query --target-org emu --query 'SELECT Id, Name, Tweets__c FROM Byline__c LIMIT 5'
${countsIntroduction(counts)}
By hand:
  ORG=${url} TOKEN='${token}'
  ${rest}/limits"
  ${rest}/sobjects/Byline__c/describe"
  ${rest}/query?q=SELECT+Id,Tweets__c+FROM+Byline__c+ORDER+BY+Name+LIMIT+3"
  ${rest}/composite/sobjects" -X PATCH -H 'Content-Type: application/json' \\
    -d '{"records":[{"attributes":{"type":"Byline__c"},"id":"${id}","Tweets__c":1}]}'
  ${bulk} $ORG/services/async/64.0/job \\
    -d '<jobInfo ${xmlns}><operation>update</operation><object>Byline__c</object></jobInfo>'
  ${bulk} $ORG/services/async/64.0/job/JOB/batch \\
    -d '<sObjects ${xmlns}><sObject><Id>${id}</Id><Tweets__c>2</Tweets__c></sObject></sObjects>'
  ${bulk} $ORG/services/async/64.0/job/JOB -d '<jobInfo ${xmlns}><state>Closed</state></jobInfo>'
  ${bulk} $ORG/services/async/64.0/job/JOB             (the job)
  ${bulk} $ORG/services/async/64.0/job/JOB/batch       (its batches)
  ${bulk} $ORG/services/async/64.0/job/JOB/batch/BATCH/request
  ${bulk} $ORG/services/async/64.0/job/JOB/batch/BATCH/result

What happened, and faults:
  curl -s $ORG/emulator
  curl -s $ORG/emulator/fault -d '{"kind":"add-batch","fault":"cut-after"}'
  curl -s $ORG/emulator/fault -d '{"kind":"query","fault":"status","status":503,"times":2}'
  curl -s $ORG/emulator/expire-session -d '{"kind":"list-batches","nth":2}'
  curl -s $ORG/emulator/lock-rows -d '{"ids":["${id}"],"times":1}'
  curl -s $ORG/emulator/refuse-rows -d '{"ids":["${id}"],"statusCode":"FIELD_CUSTOM_VALIDATION_EXCEPTION","message":"No."}'
  curl -s $ORG/emulator/fail-batch -d '{"stateMessage":"InternalServerError : Oops","afterRecords":5}'
  curl -s $ORG/emulator/api-used -d '{"used":15000}'
  Kinds: query, query-more, describe, limits, record, collections, create-job, close-job, abort-job, get-job, add-batch,
  list-batches, get-batch, get-request, get-result, get-query-result, list-jobs, token, userinfo, user, versions, or *.
  Faults: status, cut-before, cut-after, slow (ms), hang; with skip and times.
`;
}

function countsIntroduction(counts: EmulatedServices | undefined): string {
  if (!counts) return '';
  const { twitter, facebook, linkedin } = counts.settings();
  const settings = {
    fields: { twitter: 'Tweets__c', facebook: 'Likes__c', linkedin: 'LinkedIn_Shares__c' },
    services: { twitter, facebook, linkedin },
  };
  const isNamed = ([name]: [string, string]): boolean => JSON.stringify(settings).includes(`"${name}"`);
  const exports = Object.entries(counts.env())
    .filter(isNamed)
    .map(([name, value]) => `${name}='${value}'`);
  return `
Count services are at ${counts.url} (it lists them). Sync with three of them:
  export ${exports.join(' ')}
  echo '${JSON.stringify(settings)}' > byline.json
  sf byline sync --target-org emu --config-file byline.json --dry-run
`;
}
