import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { configurationSection, environmentSection, errorCodesSection } from '../../report/help-sections.ts';
import type { RunResult } from '../../report/result.ts';
import {
  orgOfRunFlags,
  runOutputFlags,
  toRunOptions,
  toWhichRun,
  waitFlag,
  whichRunFlags,
} from '../../settings/run-flags.ts';
import { RunCommand, toDetail } from '../../process/run-command.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-byline', 'byline.resume');

export type BylineResumeResult = RunResult;

export default class BylineResume extends RunCommand<BylineResumeResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    ...whichRunFlags(),
    ...orgOfRunFlags,
    wait: waitFlag,
    abort: Flags.boolean({ summary: messages.getMessage('flags.abort.summary') }),
    ...runOutputFlags,
  };

  public static override readonly configurationVariablesSection = configurationSection('settings');
  public static override readonly envVariablesSection = environmentSection('services', 'network', 'runs', 'progress');
  public static override readonly errorCodes = errorCodesSection('run');

  public async run(): Promise<BylineResumeResult> {
    const { flags } = await this.parse(BylineResume);
    const which = toWhichRun(flags);
    const options = { ...toRunOptions(flags), waitMs: flags.wait * 60_000 };
    if (flags.abort) {
      const { abort } = await import('../../actions/abort-action.ts');
      const aborted = await this.follow({ title: 'Abort', concise: flags.concise }, (context) =>
        abort(context, which, options),
      );
      // With --abort, an aborted run is a success.
      if (aborted.result.state !== 'Aborted') this.exitWith(aborted.result);
      return this.present(aborted, toDetail(flags));
    }
    const { resume } = await import('../../actions/resume-action.ts');
    const view = await this.follow({ title: 'Resume', concise: flags.concise }, (context) =>
      resume(context, which, options),
    );
    this.exitWith(view.result);
    return this.present(view, toDetail(flags));
  }
}
