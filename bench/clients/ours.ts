// Sends a planned run with the code that commands use, without flags, progress, and summary.
// node bench/clients/ours.ts FOLDER URL TOKEN
import type * as Requests from '../../src/http/send-request.ts';
import type * as Counter from '../../src/http/request-counter.ts';
import type * as Runs from '../../src/journal/runs.ts';
import type * as Rows from '../../src/model/run-rows.ts';
import type * as Session from '../../src/salesforce/session.ts';
import type * as Clock from '../../src/process/clock.ts';
import type * as Drive from '../../src/runs/drive-run.ts';
import type * as Open from '../../src/runs/open-run.ts';
import { compiled } from '../compiled.ts';

const { createDispatcher } = await compiled<typeof Requests>('http/send-request');
const { RequestCounter } = await compiled<typeof Counter>('http/request-counter');
const { listRunIds } = await compiled<typeof Runs>('journal/runs');
const { countOutcomes } = await compiled<typeof Rows>('model/run-rows');
const { OrgSession } = await compiled<typeof Session>('salesforce/session');
const { realClock } = await compiled<typeof Clock>('process/clock');
const { driveRun } = await compiled<typeof Drive>('runs/drive-run');
const { OpenRun } = await compiled<typeof Open>('runs/open-run');

const [folder = '', url = '', token = ''] = process.argv.slice(2);
const counter = new RequestCounter(url);
const connection = {
  ...{ accessToken: token, instanceUrl: url, version: '64.0' },
  refreshAuth: () => Promise.reject(new Error('the session has expired')),
  getUsername: () => undefined,
};
const dispatcher = createDispatcher();
const session = new OrgSession({ connection, dispatcher, counter, now: Date.now, random: Math.random });
const [runId = ''] = await listRunIds(folder);
const { signal } = new AbortController();
const ignore = (): void => undefined;
const progress = {
  run: ignore,
  plan: ignore,
  total: ignore,
  notify: ignore,
  warn: (text: string) => console.error(text),
};
const runContext = { runsDir: folder, org: { counter, clock: realClock }, progress };
await using run = await OpenRun.continue(runContext, runId, signal);
const context = {
  runsDir: folder,
  org: { identity: run.state.org, session, counter, clock: realClock },
  progress,
  signal,
};
const end = await driveRun(context, run, { steps: null, records: null, waitMs: 600_000 });
await run.write({ fact: 'ended', state: end, reason: null });
await dispatcher.close();
console.log(countOutcomes(run.part('update').state).updated);
