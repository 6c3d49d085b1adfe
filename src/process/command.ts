import { type Interfaces, ux } from '@oclif/core';
import { SfCommand } from '@salesforce/sf-plugins-core';
import terminalLink from 'terminal-link';
import { nameOrgInErrors } from '../errors.ts';
import { flagWords } from '../model/command-words.ts';
import { printable, shownJson } from '../model/plain-text.ts';
import { secrets } from '../model/redactor.ts';
import { inPipeline } from '../progress/in-pipeline.ts';
import { loginName } from '../salesforce/connection.ts';
import { terminalLine, terminalText } from '../report/terminal-text.ts';
import { countRequests } from './sent-requests.ts';

type Table<Row extends Record<string, unknown>> = Parameters<typeof SfCommand.prototype.table<Row>>[0];
type Warning = Parameters<SfCommand<unknown>['warn']>[0];
type OutputFlags = Interfaces.OutputFlags<Interfaces.FlagInput>;
type OutputArgs = Interfaces.OutputArgs<Interfaces.ArgInput>;
type Prompt = Parameters<SfCommand<unknown>['confirm']>[0];

/**
 * The base of this plugin's commands. All output goes through it: secrets are redacted, and text from others (the org,
 * services, files) is put on one line that controls neither a terminal nor a pipeline's log.
 */
export abstract class BylineCommand<Result> extends SfCommand<Result> {
  public override async init(): Promise<void> {
    countRequests();
    nameOrgInErrors('');
    await super.init();
  }

  public override log(line = ''): void {
    super.log(terminalLine(line));
  }

  public override logToStderr(text = ''): void {
    super.logToStderr(terminalText(text));
  }

  /** Writes a link on a line of its own, so that nothing breaks it: to standard output, or else to standard error. */
  public link(text: string, url: string, stream: 'stdout' | 'stderr' = 'stdout'): void {
    const [shown, address] = [terminalLine(text), terminalLine(url)];
    if (stream === 'stdout') super.log(terminalLink(shown, address, { fallback: inTwoLines }));
    else super.logToStderr(terminalLink.stderr(shown, address, { fallback: inTwoLines }));
  }

  public override warn(warning: Warning): Warning {
    return super.warn(typeof warning === 'string' ? printable(secrets.redact(warning)) : withoutSecrets(warning));
  }

  public override table<Row extends Record<string, unknown>>(options: Table<Row>): void {
    super.table({ ...options, ...tableWidth(), data: options.data.map(shownRow) });
  }

  public override confirm(prompt: Prompt): Promise<boolean> {
    return super.confirm({ ...prompt, message: terminalText(prompt.message) });
  }

  public override styledJSON(value: Parameters<SfCommand<Result>['styledJSON']>[0]): void {
    if (!this.jsonEnabled()) this.logJson(value);
  }

  public override logJson(value: unknown): void {
    const json = secrets.redactJson(JSON.parse(JSON.stringify(value)) as unknown);
    ux.stdout(shownJson(ux.colorizeJson(json, this.config.theme?.json ? { theme: this.config.theme.json } : {})));
  }

  protected override async parse<F extends OutputFlags, B extends OutputFlags, A extends OutputArgs>(
    options?: Interfaces.Input<F, B, A>,
    argv?: string[],
  ): Promise<Interfaces.ParserOutput<F, B, A>> {
    const parsed = await super.parse(options, argv);
    nameOrgInErrors(givenFlags(parsed.raw, ['target-org']));
    return parsed;
  }

  /** Writes a line to standard error. */
  protected notify(text: string): void {
    if (!this.jsonEnabled()) this.logToStderr(text);
  }

  /** Whether the user can be asked: in a terminal, without `--json`, and not in a pipeline. */
  protected canAsk(): boolean {
    return !this.jsonEnabled() && !inPipeline() && process.stdin.isTTY && process.stdout.isTTY;
  }

  /** Writes CSV; its values aren't changed. */
  protected writeCsv(csv: string): void {
    super.log(secrets.redact(csv).replace(/\n$/, ''));
  }

  protected override catch(error: Error): Promise<never> {
    return super.catch(withoutSecrets(error));
  }
}

/** Some flags of the command line as the user typed them, for a suggested command. Access tokens are left out. */
export function givenFlags(raw: Interfaces.ParserOutput['raw'], names: readonly string[]): string {
  const given = (name: string): string | undefined =>
    raw.findLast((token) => token.type === 'flag' && token.flag === name)?.input;
  return names.map((name) => flagWords(name, loginName(given(name)))).join('');
}

/**
 * Outside of a terminal a table takes the width it needs, which is said: asked for the size of a terminal that isn't there,
 * Ink starts `tput` eight times for each table.
 */
function tableWidth(): { maxWidth?: 'none' } {
  return process.stdout.columns || process.env['OCLIF_TABLE_COLUMN_OVERRIDE'] ? {} : { maxWidth: 'none' };
}

const inTwoLines = (text: string, url: string): string => `${text}\n${url}`;

function shownRow<Row extends Record<string, unknown>>(row: Row): Row {
  const shown = (cell: unknown): unknown => (typeof cell === 'string' ? terminalLine(cell) : cell);
  return Object.fromEntries(Object.entries(row).map(([key, cell]) => [key, shown(cell)])) as Row;
}

/** Redacts an error, which the CLI shows and may report. */
function withoutSecrets<E extends Error>(error: E): E {
  error.message = secrets.redact(error.message);
  if (error.stack !== undefined) error.stack = secrets.redact(error.stack);
  return error;
}
