import { Messages } from '@salesforce/core';
import { Flags, SfCommand } from '@salesforce/sf-plugins-core';
import { exitCodeOf } from '../../model/exit-codes.ts';
import { Screen } from '../../progress/screen.ts';
import { errorCodesSection } from '../../report/error-codes.ts';
import type { RunResult } from '../../report/result.ts';
import { showRun } from '../../report/run-text.ts';
import { mergeSettings } from '../../settings/settings.ts';
import { settingsFlags } from '../../settings/flags.ts';
import { outputDirFlag, waitFlag } from '../../settings/run-flags.ts';
import { readSettings } from '../../settings/settings-file.ts';
import { runsFolder } from '../../journal/runs.ts';
import { openOrg } from '../../wiring/org.ts';
import { interruptible } from '../../wiring/known-error.ts';
import { requireMapping } from '../../wiring/require-mapping.ts';
import { syncCounts, syncPlan, toSource } from '../../wiring/sync.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-byline', 'byline.sync');

export type BylineSyncResult = RunResult;

export default class BylineSync extends SfCommand<BylineSyncResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    'target-org': Flags.requiredOrg(),
    'api-version': Flags.orgApiVersion(),
    ...settingsFlags,
    'dry-run': Flags.boolean({ default: false, summary: messages.getMessage('flags.dry-run.summary') }),
    'save-plan': Flags.string({ dependsOn: ['dry-run'], summary: messages.getMessage('flags.save-plan.summary') }),
    plan: Flags.string({
      exclusive: ['save-plan', 'url-field', 'field', 'where', 'limit', 'all', 'keep-highest', 'allow-zeros'],
      summary: messages.getMessage('flags.plan.summary'),
    }),
    wait: waitFlag,
    async: Flags.boolean({
      default: false,
      exclusive: ['wait'],
      summary: messages.getMessage('flags.async.summary'),
    }),
    all: Flags.boolean({ default: false, summary: messages.getMessage('flags.all.summary') }),
    'keep-highest': Flags.boolean({ default: false, summary: messages.getMessage('flags.keep-highest.summary') }),
    'allow-zeros': Flags.boolean({
      default: false,
      summary: messages.getMessage('flags.allow-zeros.summary'),
      description: messages.getMessage('flags.allow-zeros.description'),
    }),
    'batch-size': Flags.integer({
      min: 1,
      max: 10_000,
      default: 10_000,
      summary: messages.getMessage('flags.batch-size.summary'),
    }),
    serial: Flags.boolean({ default: false, summary: messages.getMessage('flags.serial.summary') }),
    'max-api-requests': Flags.integer({ min: 1, summary: messages.getMessage('flags.max-api-requests.summary') }),
    'output-dir': outputDirFlag,
    report: Flags.string({
      summary: messages.getMessage('flags.report.summary'),
      description: messages.getMessage('flags.report.description'),
    }),
  };

  public static override readonly errorCodes = errorCodesSection();

  public async run(): Promise<BylineSyncResult> {
    const { flags } = await this.parse(BylineSync);
    const { settings: file, path } = await readSettings(flags['config-file'], process.cwd());
    const settings = mergeSettings(flags, file);
    if (flags.plan === undefined) requireMapping(settings, path, (text) => this.warn(text));
    const org = openOrg(flags['target-org'], flags['api-version'], flags['max-api-requests']);
    const screen = new Screen({
      json: this.jsonEnabled(),
      title: 'Sync counts',
      ...(flags.plan === undefined ? {} : { planning: 'Read and compare' }),
      dryRun: flags['dry-run'],
      warn: (text) => this.warn(text),
      print: (text) => this.logToStderr(text),
    });
    const options = {
      dryRun: flags['dry-run'],
      waitMs: flags.async ? null : flags.wait * 60_000,
      batchSize: flags['batch-size'],
      serial: flags.serial,
      folder: runsFolder(this.config.dataDir),
      savePlan: flags['save-plan'],
      planFile: flags.plan ?? flags['save-plan'],
      outputDir: flags['output-dir'],
      reportFile: flags.report,
    };
    const view = await interruptible((signal) =>
      flags.plan === undefined
        ? syncCounts(org, settings, toSource(settings, flags), options, screen, signal)
        : syncPlan(org, flags.plan, flags.sobject ?? file.sobject, options, screen, signal),
    ).finally(() => screen.stop());
    const { result } = view;
    if (!(flags.async && result.state === 'InProgress')) process.exitCode = exitCodeOf(result.state);
    showRun(view, this, process.stdout.columns);
    for (const note of view.notes) this.warn(note);
    return result;
  }
}
