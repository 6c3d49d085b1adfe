import { Messages } from '@salesforce/core';
import { Args } from '@oclif/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { runsFolder } from '../../journal/runs.ts';
import { EXIT_CODES } from '../../model/exit-codes.ts';
import { toPages } from '../../pipeline/url-records.ts';
import { type CountsResult, isPartial } from '../../report/counts-result.ts';
import { showCounts, toCountsCsv } from '../../report/counts-text.ts';
import { configurationSection, environmentSection, errorCodesSection } from '../../report/help-sections.ts';
import { settingsFlags } from '../../settings/flags.ts';
import { offeredServices } from '../../settings/service-completions.ts';
import { mergeSettings } from '../../settings/settings.ts';
import { readSettings } from '../../settings/settings-file.ts';
import { BylineCommand } from '../../process/command.ts';
import { chooseServices } from '../../actions/choose-services.ts';
import { articlesOf, counts, noticeOddLines, readUrls, refuseRecordFlags } from '../../actions/counts-action.ts';
import { requireOrgToCount } from '../../process/find-org.ts';
import { interruptible } from '../../process/known-error.ts';
import { connectOrg } from '../../process/open-org.ts';
import { noticeSettings } from '../../runs/settings-notice.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-byline', 'byline.counts');

export type BylineCountsResult = CountsResult;

export default class BylineCounts extends BylineCommand<BylineCountsResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly args = {
    urls: Args.string({ multiple: true, description: messages.getMessage('args.urls.description') }),
  };

  public static override readonly flags = {
    // The default org is looked up only where it is wanted: with URLs or a file no org is asked.
    'target-org': Flags.optionalOrg({
      summary: messages.getMessage('flags.target-org.summary'),
      default: async () => undefined,
    }),
    'api-version': Flags.orgApiVersion(),
    ...settingsFlags,
    service: Flags.string({
      multiple: true,
      // One value each: what follows may be a URL.
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
    const { settings: file, path } = await readSettings(flags['config-file'], process.cwd());
    noticeSettings(flags, path, (text) => this.notify(text));
    const settings = mergeSettings(flags, file);
    const names = chooseServices(flags.service, settings);
    const given = args.urls !== undefined || flags.file !== undefined;
    if (given) refuseRecordFlags(flags);
    const result = await interruptible(async (signal) => {
      const pages = given
        ? toPages(this.urls(args.urls ?? [], flags.file, signal))
        : articlesOf(
            connectOrg(await requireOrgToCount(flags['target-org']), { apiVersion: flags['api-version'] }),
            settings,
            flags,
            { onNotice: (text) => this.notify(text), signal },
          );
      return counts(
        pages,
        {
          ...{
            settings,
            settingsFile: path,
            names,
            concurrency: flags.concurrency,
            folder: runsFolder(this.config.dataDir),
          },
          warn: (text) => this.warn(text),
        },
        signal,
      );
    });
    if (isPartial(result)) process.exitCode = EXIT_CODES.partial;
    this.show(result, flags['result-format']);
    return result;
  }

  private async *urls(given: readonly string[], file: string | undefined, signal: AbortSignal): AsyncGenerator<string> {
    yield* given;
    if (file === undefined) return;
    yield* noticeOddLines(readUrls(file, process.stdin, signal), file, (text) => this.warn(text));
  }

  private show(result: BylineCountsResult, format: 'human' | 'csv' | 'json'): void {
    switch (format) {
      case 'human':
        return showCounts(result, this);
      case 'csv':
        return this.writeCsv(toCountsCsv(result));
      case 'json':
        return this.styledJSON(result);
    }
  }
}
