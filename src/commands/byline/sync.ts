import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { configurationSection, environmentSection, errorCodesSection } from '../../report/help-sections.ts';
import type { ShownProposal } from '../../report/proposal-text.ts';
import type { RunResult } from '../../report/result.ts';
import type { SettingsPlace } from '../../settings/add-settings.ts';
import { settingsFlags } from '../../settings/flags.ts';
import { runOutputFlags, toOutputOptions, waitFlag } from '../../settings/run-flags.ts';
import { givenFlags } from '../../process/command.ts';
import { atPrompt } from '../../process/interrupt.ts';
import type { OpenOrg } from '../../process/open-org.ts';
import { interruptible } from '../../process/known-error.ts';
import { RunCommand, toDetail } from '../../process/run-command.ts';
import type { FoundMapping, MappingFlags } from '../../actions/require-mapping.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-byline', 'byline.sync');
const proposals = Messages.loadMessages('sf-plugin-byline', 'proposal');

export type BylineSyncResult = RunResult;

export default class BylineSync extends RunCommand<BylineSyncResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    'target-org': Flags.requiredOrg(),
    'api-version': Flags.orgApiVersion(),
    ...settingsFlags,
    // No default: --save-plan depends on this flag, and a default would satisfy that.
    'dry-run': Flags.boolean({ helpGroup: 'PLAN', summary: messages.getMessage('flags.dry-run.summary') }),
    'save-plan': Flags.string({
      helpGroup: 'PLAN',
      dependsOn: ['dry-run'],
      summary: messages.getMessage('flags.save-plan.summary'),
    }),
    plan: Flags.string({
      helpGroup: 'PLAN',
      exclusive: ['save-plan', 'url-field', 'field', 'where', 'limit', 'shard', 'all', 'keep-highest', 'allow-zeros'],
      summary: messages.getMessage('flags.plan.summary'),
    }),
    'plan-digest': Flags.string({
      helpGroup: 'PLAN',
      dependsOn: ['plan'],
      summary: messages.getMessage('flags.plan-digest.summary'),
      description: messages.getMessage('flags.plan-digest.description'),
    }),
    wait: waitFlag,
    async: Flags.boolean({
      helpGroup: 'JOB',
      default: false,
      exclusive: ['wait'],
      relationships: [{ type: 'none', flags: [{ name: 'api', when: async ({ api }) => api === 'rest' }] }],
      summary: messages.getMessage('flags.async.summary'),
    }),
    api: Flags.option({
      helpGroup: 'JOB',
      options: ['bulk', 'rest'] as const,
      default: 'bulk',
      summary: messages.getMessage('flags.api.summary'),
      description: messages.getMessage('flags.api.description'),
    })(),
    all: Flags.boolean({ helpGroup: 'RECORD', default: false, summary: messages.getMessage('flags.all.summary') }),
    'keep-highest': Flags.boolean({
      helpGroup: 'SERVICE',
      default: false,
      summary: messages.getMessage('flags.keep-highest.summary'),
    }),
    'allow-zeros': Flags.boolean({
      helpGroup: 'SERVICE',
      default: false,
      summary: messages.getMessage('flags.allow-zeros.summary'),
      description: messages.getMessage('flags.allow-zeros.description'),
    }),
    'batch-size': Flags.integer({
      helpGroup: 'JOB',
      min: 1,
      max: 10_000,
      default: 10_000,
      summary: messages.getMessage('flags.batch-size.summary'),
    }),
    serial: Flags.boolean({ helpGroup: 'JOB', default: false, summary: messages.getMessage('flags.serial.summary') }),
    'max-api-requests': Flags.integer({
      helpGroup: 'JOB',
      min: 1,
      summary: messages.getMessage('flags.max-api-requests.summary'),
    }),
    ...runOutputFlags,
  };

  public static override readonly configurationVariablesSection = configurationSection('org', 'settings');
  public static override readonly envVariablesSection = environmentSection(
    'services',
    'org',
    'network',
    'runs',
    'progress',
  );
  public static override readonly errorCodes = errorCodesSection('run');

  public async run(): Promise<BylineSyncResult> {
    const { flags, raw } = await this.parse(BylineSync);
    const { openOrg } = await import('../../process/open-org.ts');
    const { toPlanDigest } = await import('../../settings/settings.ts');
    const given = givenFlags(raw, ['target-org', 'config-file']);
    const digest = toPlanDigest(flags['plan-digest']);
    const waitMs = flags.async ? null : flags.wait * 60_000;
    const bounds = { apiVersion: flags['api-version'], maxRequests: flags['max-api-requests'], waitMs };
    const org = await interruptible((signal) => openOrg(flags['target-org'], bounds, signal));
    const { known, settings, path, kept } = await interruptible((signal) =>
      this.findMapping(org, flags, given, signal),
    );
    if (kept) this.log(proposals.getMessage('written', [kept.path]));
    const dryRun = flags['dry-run'] || kept !== null;
    const options = {
      dryRun,
      waitMs,
      api: flags.api,
      batchSize: flags['batch-size'],
      serial: flags.serial,
      savePlan: flags['save-plan'],
      planFile: flags.plan ?? flags['save-plan'],
      settingsFile: path,
      ...toOutputOptions(flags),
      given,
    };
    const { syncCounts, syncPlan } = await import('../../actions/sync-action.ts');
    const { toSource } = await import('../../actions/sync-settings.ts');
    const planning = flags.plan === undefined ? 'Query and count' : 'Read and compare';
    const view = await this.follow({ title: 'Sync counts', planning, dryRun, concise: flags.concise }, (context) =>
      flags.plan === undefined
        ? syncCounts({ ...context, org }, settings, toSource(settings, flags), options)
        : syncPlan({ ...context, org }, { path: flags.plan, digest, sobject: flags.sobject, settings: known }, options),
    );
    this.exitWith(view.result, !flags.async);
    await this.present(view, toDetail(flags));
    if (kept) {
      const { syncCommand } = await import('../../actions/propose-mapping.ts');
      this.log(proposals.getMessage('next', [syncCommand(given)]));
    }
    return view.result;
  }

  /**
   * The mapping of flags and settings. If there is none, the user is asked in a terminal whether to save a proposal.
   */
  private async findMapping(
    org: OpenOrg,
    flags: MappingFlags,
    given: string,
    signal: AbortSignal,
  ): Promise<FoundMapping> {
    const { requireMapping } = await import('../../actions/require-mapping.ts');
    const ask = this.canAsk() ? (proposal: ShownProposal, place: SettingsPlace) => this.ask(proposal, place) : null;
    const [warn, notice] = [(text: string) => this.warn(text), (text: string) => this.notify(text)];
    return requireMapping(org, flags, { folder: process.cwd(), ask, warn, notice, given, signal });
  }

  private async ask(proposal: ShownProposal, { path, inProject }: SettingsPlace): Promise<boolean> {
    const { showProposal } = await import('../../report/proposal-text.ts');
    showProposal(proposal, this);
    const message = proposals.getMessage(inProject ? 'confirmProject' : 'confirm', [path]);
    return atPrompt(this.confirm({ message, defaultAnswer: false, ms: 600_000 }));
  }
}
