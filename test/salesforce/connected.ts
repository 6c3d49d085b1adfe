import type { Dispatcher } from 'undici';
import { createDispatcher } from '../../src/http/send-request.ts';
import { RequestCounter } from '../../src/http/request-counter.ts';
import { wait } from '../../src/http/wait.ts';
import { BulkClient } from '../../src/salesforce/bulk-client.ts';
import { type OrgConnection, OrgSession } from '../../src/salesforce/session.ts';
import { type EmulatedOrg, type OrgOptions, startOrg } from '../emulator/org/org.ts';

/** An emulated org and the product's clients of it, over a real socket. */
export class Connected implements AsyncDisposable {
  public readonly org: EmulatedOrg;
  public readonly session: OrgSession;
  public readonly bulk: BulkClient;
  public readonly counter: RequestCounter;
  /** Aborted by a test that wants to. */
  public readonly controller = new AbortController();
  private readonly dispatcher: Dispatcher;

  private constructor(
    org: EmulatedOrg,
    { refresh, maxRequests }: { refresh: boolean; maxRequests: number | undefined },
  ) {
    this.org = org;
    this.dispatcher = createDispatcher();
    this.counter = new RequestCounter(org.url);
    const connection: OrgConnection = {
      accessToken: org.accessToken(),
      // As the CLI saves it.
      instanceUrl: `${org.url}/`,
      version: '64.0',
      getUsername: () => org.username,
      refreshAuth: async () => {
        if (!refresh) throw new Error('this session cannot be refreshed');
        connection.accessToken = await askForToken(org);
      },
    };
    this.session = new OrgSession({
      ...{ connection, dispatcher: this.dispatcher, counter: this.counter, maxRequests },
      now: Date.now,
      random: () => 0.5,
      // A second is twenty milliseconds.
      wait: (ms, signal) => wait(ms / 50, signal),
    });
    this.bulk = new BulkClient(this.session, 'Byline__c');
  }

  public static async start(
    options: OrgOptions & { refresh?: boolean; maxRequests?: number } = {},
  ): Promise<Connected> {
    const { refresh = true, maxRequests, ...orgOptions } = options;
    return new Connected(await startOrg(orgOptions), { refresh, maxRequests });
  }

  public get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Puts records in the org; gives their ids. */
  public insert(count: number): string[] {
    const rows = Array.from({ length: count }, (_, index) => ({
      Published_URL__c: `https://a.example.com/${index}`,
      Tweets__c: index,
    }));
    return this.org.table('Byline__c').insert(rows);
  }

  /** The records' Tweets__c. */
  public tweets(): unknown[] {
    return this.org
      .table('Byline__c')
      .all()
      .map((row) => row['Tweets__c']);
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    this.counter[Symbol.dispose]();
    await this.dispatcher.destroy();
    await this.org.close();
  }
}

async function askForToken(org: EmulatedOrg): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: org.refreshToken,
    client_id: 'PlatformCLI',
  });
  const reply = await fetch(`${org.url}/services/oauth2/token`, { method: 'POST', body });
  return ((await reply.json()) as { access_token: string }).access_token;
}

/** What a promise is rejected with; an error where it is not. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error('it was not rejected');
}
