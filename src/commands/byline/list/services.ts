import { Messages, type SfError } from '@salesforce/core';

import { Flags } from '@salesforce/sf-plugins-core';
import { configurationSection, environmentSection, errorCodesSection } from '../../../report/help-sections.ts';
import { showCatalog } from '../../../report/catalog-text.ts';
import { catalog, type CatalogEntry, whyNotReady } from '../../../services/catalog.ts';
import type { ServicesSettings } from '../../../services/registry.ts';
import { readSettings } from '../../../settings/settings-file.ts';
import { BylineCommand } from '../../../process/command.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-byline', 'byline.list.services');
const shared = Messages.loadMessages('sf-plugin-byline', 'settings.flags');

export type BylineListServicesResult = CatalogEntry[];

export default class BylineListServices extends BylineCommand<BylineListServicesResult> {
  public static override readonly summary = messages.getMessage('summary');
  public static override readonly description = messages.getMessage('description');
  public static override readonly examples = messages.getMessages('examples');

  public static override readonly flags = {
    'config-file': Flags.string({ summary: shared.getMessage('flags.config-file.summary') }),
  };

  public static override readonly configurationVariablesSection = configurationSection('settings');
  public static override readonly envVariablesSection = environmentSection('services');
  public static override readonly errorCodes = errorCodesSection('list');

  public async run(): Promise<BylineListServicesResult> {
    const { flags } = await this.parse(BylineListServices);
    const { settings } = await readSettings(flags['config-file'], process.cwd());
    const services = [...catalog(settings.services ?? {}, process.env)];
    showCatalog(services, this, process.stdout.columns);
    for (const { name } of services.filter(({ unbound }) => unbound)) this.warnOf(name, settings.services ?? {});
    return services;
  }

  /** Says what keeps a service from being asked, and what to do about it. */
  private warnOf(name: string, settings: ServicesSettings): void {
    const error = whyNotReady(name, settings, process.env);
    if (error) this.warn([error.message, ...((error as SfError).actions ?? [])].join(' '));
  }
}
