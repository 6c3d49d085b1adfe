import type { OrgLimits } from '../model/org-limits.ts';
import type { FailureResult, RunResult } from './result.ts';
import { grouped, printable, shortened, shown, signed } from './text.ts';

/** What a command lets its result be written with; all of it is silent under `--json`. */
export type Paper = {
  log(text?: string): void;
  table(options: { data: Record<string, unknown>[]; columns: never; title?: string; overflow?: 'wrap' }): void;
};

/** Changes and failures shown; the rest is counted. */
const ROWS = 10;

/** Writes a run for people: the preview of a dry run, or the outcome. */
export function showRun(result: RunResult, limits: OrgLimits | null, paper: Paper): void {
  showChanges(result, paper);
  showServices(result, paper);
  showFailures(result.failures, result.records.failed, paper);
  for (const line of [...totals(result), ...requests(result, limits)]) paper.log(line);
}

/** Writes what a run will do, before it is asked whether it may. */
export function showPreview(result: RunResult, paper: Paper): void {
  showChanges({ ...result, dryRun: true }, paper);
  const { changed, skipped, unchanged } = result.records;
  paper.log(
    `${grouped(changed - skipped)} records are written to; ${grouped(skipped)} have moved since and are left alone; ${grouped(unchanged)} hold the values already.`,
  );
}

/** Writes a list of runs, a line each. */
export function showRuns(runs: readonly RunResult[], paper: Paper): void {
  if (runs.length === 0) return paper.log('There are no runs on this machine.');
  const data = runs.map(({ runId, command, state, org, records, jobs }) => ({
    runId,
    command,
    state,
    org: org.username,
    updated: grouped(records.updated),
    job: jobs.at(-1)?.id ?? '–',
  }));
  const columns = [
    { key: 'runId', name: 'Run' },
    { key: 'command', name: 'Command' },
    { key: 'state', name: 'State' },
    { key: 'org', name: 'Org' },
    { key: 'updated', name: 'Updated', horizontalAlignment: 'right' },
    { key: 'job', name: 'Job' },
  ] as never;
  paper.table({ data, columns });
}

function showChanges({ changes, records, dryRun }: RunResult, paper: Paper): void {
  const rows = changes.flatMap(({ url, fields }) =>
    Object.entries(fields).map(([field, { before, after }]) => ({
      url: shortened(url, 34),
      field,
      before: shown(before),
      after: shown(after),
      change: signed(before, after),
    })),
  );
  if (rows.length === 0) return;
  const columns = [
    { key: 'url', name: 'URL' },
    { key: 'field', name: 'Field' },
    { key: 'before', name: 'Before', horizontalAlignment: 'right' },
    { key: 'after', name: 'After', horizontalAlignment: 'right' },
    { key: 'change', name: 'Change', horizontalAlignment: 'right' },
  ] as never;
  paper.table({ data: rows.slice(0, ROWS), columns, title: dryRun ? 'What would change' : 'What changed' });
  if (rows.length > ROWS) {
    paper.log(`The first ${ROWS} of the changed fields of ${grouped(records.changed)} records are shown.`);
    paper.log();
  }
}

function showServices({ services }: RunResult, paper: Paper): void {
  const data = Object.entries(services).map(([service, { field, ok, failed, skipped, requests: sent, state }]) => ({
    service,
    field,
    ok: grouped(ok),
    failed: grouped(failed),
    skipped: grouped(skipped),
    requests: grouped(sent),
    state,
  }));
  if (data.length === 0) return;
  const columns = [
    { key: 'service', name: 'Service' },
    { key: 'field', name: 'Field' },
    { key: 'ok', name: 'OK', horizontalAlignment: 'right' },
    { key: 'failed', name: 'Failed', horizontalAlignment: 'right' },
    { key: 'skipped', name: 'Skipped', horizontalAlignment: 'right' },
    { key: 'requests', name: 'Requests', horizontalAlignment: 'right' },
    { key: 'state', name: 'State' },
  ] as never;
  paper.table({ data, columns, title: 'Services' });
  for (const [service, { reason }] of Object.entries(services)) {
    if (reason !== null) paper.log(`${service}: ${printable(reason)}`);
  }
}

function showFailures(failures: readonly FailureResult[], total: number, paper: Paper): void {
  if (failures.length === 0) return;
  const groups = Map.groupBy(failures, ({ statusCode }) => statusCode);
  const data = [...groups].map(([statusCode, group]) => ({
    statusCode,
    rows: grouped(group.length),
    example: group[0]!.id,
    message: shortened(group[0]!.message, 120),
  }));
  const columns = [
    { key: 'statusCode', name: 'Status code' },
    { key: 'rows', name: 'Rows', horizontalAlignment: 'right' },
    { key: 'example', name: 'Example' },
    { key: 'message', name: 'Message' },
  ] as never;
  paper.table({ data, columns, title: 'Refused rows', overflow: 'wrap' });
  if (total > failures.length)
    paper.log(`The first ${grouped(failures.length)} of ${grouped(total)} refused rows are grouped here.`);
}

function totals({ records, state, dryRun, jobs }: RunResult): string[] {
  const { queried, skipped, unchanged, changed, updated, failed, unprocessed } = records;
  const read = `Records: ${grouped(queried)} read, ${grouped(changed)} changed, ${grouped(unchanged)} unchanged, ${grouped(skipped)} skipped.`;
  if (dryRun) return [read, 'Dry run: nothing was written to the org.'];
  if (changed === 0) return [read, 'Nothing to write: no job was created.'];
  const links = jobs.map(({ id, url }) => `Job ${id}: ${url}`);
  return [
    ...links,
    read,
    `Rows: ${grouped(updated)} updated, ${grouped(failed)} failed, ${grouped(unprocessed)} unprocessed.`,
    `State: ${state}`,
  ];
}

function requests({ apiRequests, dryRun }: RunResult, limits: OrgLimits | null): string[] {
  const { used, forecast, remaining, max } = apiRequests;
  const left = remaining === null || max === null ? '' : ` ${grouped(remaining)} of ${grouped(max)} are left.`;
  const lines = [
    `API requests: ${dryRun ? `${grouped(forecast)} for the whole run` : `${grouped(used)} used`}.${left}`,
  ];
  if (limits)
    lines.push(`Batches: ${grouped(limits.batches.remaining)} of ${grouped(limits.batches.max)} are left today.`);
  return lines;
}
