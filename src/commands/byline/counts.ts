import { Messages, type Org } from '@salesforce/core';
import { Args } from '@oclif/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { runsFolder } from '../../journal/runs-folder.ts';
import type { ArticleRecord } from '../../model/change.ts';
import { EXIT_CODES } from '../../model/exit-codes.ts';
import { type CountsResult, isPartial, type UrlLabels } from '../../report/counts-result.ts';
import { configurationSection, environmentSection, errorCodesSection } from '../../report/help-sections.ts';
import { settingsFlags } from '../../settings/flags.ts';
import { offeredServices } from '../../settings/service-completions.ts';
import type { Settings } from '../../settings/settings.ts';
import { BylineCommand } from '../../process/command.ts';
import type { RecordFlags } from '../../actions/org-articles.ts';
import { interruptible } from '../../process/known-error.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-byline', 'byline.counts');

export type BylineCountsResult = CountsResult;

type Pages = AsyncIterable<readonly ArticleRecord[]>;
type OrgFlags = RecordFlags & { readonly 'target-org': Org | undefined; readonly 'api-version': string | undefined };

export default class BylineCounts extends BylineCommand<BylineCountsResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly args = {
    urls: Args.string({ multiple: true, description: messages.getMessage('args.urls.description') }),
  };

  public static override readonly flags = {
    // The default org is resolved only if records are counted: URLs need no org.
    'target-org': Flags.optionalOrg({
      summary: messages.getMessage('flags.target-org.summary'),
      default: async () => undefined,
    }),
    'api-version': Flags.orgApiVersion(),
    ...settingsFlags,
    service: Flags.string({
      multiple: true,
      // One value each, because a URL may follow.
      multipleNonGreedy: true,
      options: offeredServices(),
      helpValue: 'service',
      summary: messages.getMessage('flags.service.summary'),
    }),
    file: Flags.string({ char: 'f', summary: messages.getMessage('flags.file.summary') }),
    'result-format': Flags.option({
      char: 'r',
      options: ['human', 'csv', 'json'] as const,
      default: 'human',
      summary: messages.getMessage('flags.result-format.summary'),
    })(),
  };

  public static override readonly configurationVariablesSection = configurationSection('org', 'settings');
  public static override readonly envVariablesSection = environmentSection('services', 'org', 'network');
  public static override readonly errorCodes = errorCodesSection('counts');

  public async run(): Promise<BylineCountsResult> {
    const { args, flags } = await this.parse(BylineCounts);
    const { chooseServices } = await import('../../actions/choose-services.ts');
    const { counts, refuseRecordFlags } = await import('../../actions/counts-action.ts');
    const { noticeSettings } = await import('../../runs/settings-notice.ts');
    const { mergeSettings } = await import('../../settings/settings.ts');
    const { readSettings } = await import('../../settings/settings-file.ts');
    const { settings: file, path } = await readSettings(flags['config-file'], process.cwd());
    noticeSettings(flags, path, (text) => this.notify(text));
    const settings = mergeSettings(flags, file);
    const names = chooseServices(flags.service, settings);
    const given = args.urls !== undefined || flags.file !== undefined;
    if (given) refuseRecordFlags(flags);
    const options = {
      ...{ settings, settingsFile: path, names, concurrency: flags.concurrency },
      folder: runsFolder(this.config.dataDir),
      warn: (text: string) => this.warn(text),
    };
    const { result, labels } = await interruptible(async (signal) => {
      const pages = given ? this.urls(args.urls ?? [], flags.file, signal) : this.articles(flags, settings, signal);
      return counts(await pages, options, signal);
    });
    if (isPartial(result)) process.exitCode = EXIT_CODES.partial;
    await this.show(result, labels, flags['result-format']);
    return result;
  }

  /** The URLs of the arguments and the file. */
  private async urls(given: readonly string[], file: string | undefined, signal: AbortSignal): Promise<Pages> {
    const { noticeOddLines, readUrls } = await import('../../actions/counts-action.ts');
    const { toPages } = await import('../../pipeline/url-records.ts');
    const warn = (text: string): void => void this.warn(text);
    async function* all(): AsyncGenerator<string> {
      yield* given;
      if (file !== undefined) yield* noticeOddLines(readUrls(file, process.stdin, signal), file, warn);
    }
    return toPages(all());
  }

  private async articles(flags: OrgFlags, settings: Settings, signal: AbortSignal): Promise<Pages> {
    const { articlesOf } = await import('../../actions/org-articles.ts');
    const { requireOrgToCount } = await import('../../process/find-org.ts');
    const { connectOrg } = await import('../../process/open-org.ts');
    const org = connectOrg(await requireOrgToCount(flags['target-org']), { apiVersion: flags['api-version'] });
    return articlesOf(org, settings, flags, { onNotice: (text) => this.notify(text), signal });
  }

  private async show(result: BylineCountsResult, labels: UrlLabels, format: 'human' | 'csv' | 'json'): Promise<void> {
    if (format === 'json') return this.styledJSON(result);
    const { showCounts, toCountsCsv } = await import('../../report/counts-text.ts');
    return format === 'csv'
      ? this.writeCsv(toCountsCsv(result, labels))
      : showCounts(result, labels, this, process.stdout.columns);
  }
}
