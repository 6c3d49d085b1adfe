import { Jobs } from './bulk/job.ts';
import { Scheduler } from './bulk/scheduler.ts';
import { Ids } from './data/ids.ts';
import { ORGANIZATION, USER } from './data/objects.ts';
import { Schema, type ObjectSpec } from './data/schema.ts';
import { Table } from './data/table.ts';
import type { Settings } from './options.ts';
import { Sessions } from './sessions.ts';
import { Cursors } from './soql/cursors.ts';
import { PlannedFaults } from './planned-faults.ts';
import { Usage } from './usage.ts';

/** Everything the org knows. Actions get it and the request, and keep nothing of their own. */
export class OrgState {
  public readonly settings: Settings;
  public readonly ids = new Ids();
  public readonly orgId: string;
  public readonly userId: string;
  public readonly sessions: Sessions;
  public readonly usage: Usage;
  public readonly told = new PlannedFaults();
  public readonly jobs = new Jobs();
  public readonly scheduler: Scheduler;
  public readonly cursors: Cursors;
  private readonly tables = new Map<string, Table>();

  public constructor(settings: Settings) {
    this.settings = settings;
    const specs: readonly ObjectSpec[] = [ORGANIZATION, USER, ...settings.objects];
    specs.forEach((spec, index) => {
      const schema = new Schema(spec, `a${String(index).padStart(2, '0')}`);
      this.tables.set(schema.name.toLowerCase(), new Table(schema, this.ids, settings.now));
    });
    this.orgId = this.seedOrganization();
    this.userId = this.seedUser();
    this.sessions = new Sessions(this.orgId);
    this.usage = new Usage(settings.apiMax, settings.limits.batchesPerDay, settings.perAppUsage);
    this.scheduler = new Scheduler(settings.batchMs);
    this.cursors = new Cursors(settings.limits.openCursors);
  }

  public now(): Date {
    return this.settings.now();
  }

  /** Now as jobs and batches tell it: whole seconds, with three zeros (recorded). */
  public stamp(): string {
    return `${this.now().toISOString().slice(0, 19)}.000Z`;
  }

  /** The table of an object by API name, in any case. */
  public table(name: string): Table | undefined {
    return this.tables.get(name.toLowerCase());
  }

  public tableOf(schema: Schema): Table {
    const table = this.tables.get(schema.name.toLowerCase());
    if (!table) throw new Error(`no table for ${schema.name}`);
    return table;
  }

  /** Whether one of these objects has a record of this id. */
  public isThere(sobjects: readonly string[], id: string): boolean {
    return sobjects.some((name) => this.table(name)?.get(id) !== undefined);
  }

  public allTables(): Table[] {
    return [...this.tables.values()];
  }

  private seedOrganization(): string {
    const { orgId } = this.settings;
    orgsStarted += 1;
    const row = {
      ...(orgId === undefined ? {} : { Id: orgId }),
      Name: 'Byline Daily',
      InstanceName: 'EMU1',
      IsSandbox: false,
      OrganizationType: 'Developer Edition',
      LanguageLocaleKey: 'en_US',
    };
    // Two orgs of one test run must differ in their ids.
    if (orgId === undefined) for (let i = 1; i < orgsStarted; i++) this.ids.next('00D');
    return this.tables.get('organization')?.insert([row])[0] ?? '';
  }

  private seedUser(): string {
    const { username } = this.settings;
    return (
      this.tables
        .get('user')
        ?.insert([{ Name: 'Byline Editor', Username: username, Email: username, IsActive: true }])[0] ?? ''
    );
  }
}

let orgsStarted = 0;
