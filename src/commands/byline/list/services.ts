import { Messages, type SfError } from '@salesforce/core';

import { Flags } from '@salesforce/sf-plugins-core';
import { configurationSection, environmentSection, errorCodesSection } from '../../../report/help-sections.ts';
import type { CatalogEntry } from '../../../services/catalog.ts';
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
    const { showCatalog } = await import('../../../report/catalog-text.ts');
    const { catalog, whyNotReady } = await import('../../../services/catalog.ts');
    const { readSettings } = await import('../../../settings/settings-file.ts');
    const { settings } = await readSettings(flags['config-file'], process.cwd());
    const services = [...catalog(settings.services ?? {}, process.env)];
    showCatalog(services, this, process.stdout.columns);
    for (const { name } of services.filter(({ unbound }) => unbound)) {
      const error = whyNotReady(name, settings.services ?? {}, process.env);
      // Why the service can't be asked, and how to fix it.
      if (error) this.warn([error.message, ...((error as SfError).actions ?? [])].join(' '));
    }
    return services;
  }
}
