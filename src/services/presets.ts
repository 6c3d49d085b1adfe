/** A declared service that ships with the plugin, used as `{"type": "json", "preset": NAME}`. */
export type Preset = {
  readonly summary: string;
  /** What the settings must add; empty if nothing. */
  readonly needs: string;
  /** Whether it was seen to answer lately. */
  readonly verified: boolean;
  /** Settings of the type `json`; the settings file overrides them. */
  readonly settings: Readonly<Record<string, unknown>>;
};

/** The presets; sources are in sections 1.9 to 1.12 of the reference. */
export const presets: Readonly<Record<string, Preset>> = {
  lemmy: {
    summary: 'Lemmy: posts with a URL that one instance knows (at most 50)',
    needs: 'endpoint: the instance, such as https://lemmy.world',
    verified: true,
    settings: {
      url: '{endpoint}/api/v3/search?q={url}&type_=Url&limit=50',
      value: 'count:/posts',
      where: { '/post/url': '{url}' },
      error: ['/error'],
    },
  },
  'webmention.io': {
    summary: 'Webmentions of a URL, for sites that receive them through webmention.io',
    needs: '',
    verified: true,
    settings: { url: 'https://webmention.io/api/count?target={url}', value: '/count', error: ['/error'] },
  },
  wikipedia: {
    summary: 'Wikipedia: pages that cite a URL (English; another one by endpoint)',
    needs: '',
    verified: true,
    settings: {
      endpoint: 'https://en.wikipedia.org',
      url: '{endpoint}/w/api.php?action=query&list=exturlusage&euquery={urlNoScheme}&eunamespace=0&eulimit=500&format=json',
      value: 'count:/query/exturlusage',
      where: { '/url': '{url}' },
      error: ['/error'],
      // MediaWiki returns the parameters for the next 500 links.
      page: { next: '/continue', max: 20 },
    },
  },
  dataforseo: {
    summary: 'DataForSEO: Pinterest pins of a URL (paid)',
    needs: 'auth: { userEnv, passwordEnv }',
    verified: true,
    settings: {
      url: 'https://api.dataforseo.com/v3/business_data/social_media/pinterest/live',
      method: 'POST',
      body: [{ targets: '{urls}' }],
      expect: { '/tasks/0/status_code': 20000 },
      value: '/pins_count',
      batch: { max: 10, style: 'jsonArray', reply: 'list', items: '/tasks/0/result', key: '/page_url' },
    },
  },
  umami: {
    summary: 'Umami: views of a page',
    needs:
      'endpoint: https://umami.example.com/api or https://api.umami.is/v1; site, the id of the website; hosts: its host; auth',
    verified: false,
    settings: {
      url: '{endpoint}/websites/{site}/metrics/expanded?type=path&startAt={sinceMs}&endAt={untilMs}&hostname={host}&limit={limit}&offset={offset}',
      // `metrics` alone counts sessions.
      report: { key: '/name', keyIs: 'path', value: '/pageviews', next: 'offset', limit: 500 },
    },
  },
  goatcounter: {
    summary: 'GoatCounter: views of a page',
    needs: 'endpoint: https://example.goatcounter.com; hosts: its host; auth: { bearerEnv }',
    verified: false,
    settings: {
      url: '{endpoint}/api/v0/stats/hits',
      query: { start: '{since}', limit: '{limit}', exclude_paths: '{cursor}' },
      where: { '/event': false },
      rate: { requests: 4, seconds: 1 },
      report: {
        ...{ items: '/hits', key: '/path', keyIs: 'path', value: '/count' },
        ...{ next: { seen: '/path_id' }, limit: 100, more: '/more' },
      },
    },
  },
  'simple-analytics': {
    summary: 'Simple Analytics: views of a page; of a site with more than 1,000 pages, pages without a row are unknown',
    needs: "site; hosts: its host; auth: { header: 'Api-Key', valueEnv }",
    verified: false,
    settings: {
      endpoint: 'https://simpleanalytics.com',
      url: '{endpoint}/{site}.json?version=6&fields=pages&start={since}&end={until}&limit={limit}',
      report: { items: '/pages', key: '/value', keyIs: 'path', value: '/pageviews', limit: 1000 },
    },
  },
  fathom: {
    summary: 'Fathom: views of a page',
    needs: 'site, its id; auth: { bearerEnv }',
    verified: false,
    settings: {
      endpoint: 'https://api.usefathom.com',
      url: '{endpoint}/v1/aggregations?entity=pageview&entity_id={site}&aggregates=pageviews&field_grouping=hostname,pathname',
      rate: { requests: 10, seconds: 60 },
      numericStrings: true,
      report: { key: { host: '/hostname', path: '/pathname' }, value: '/pageviews' },
    },
  },
  posthog: {
    summary: 'PostHog: views of a page; of a site with more than 50,000 pages, pages without a row are unknown',
    needs: 'endpoint, where it is not https://us.posthog.com; site, the id of the project; auth: { bearerEnv }',
    verified: false,
    settings: {
      endpoint: 'https://us.posthog.com',
      url: '{endpoint}/api/projects/{site}/query/',
      body: {
        query: {
          kind: 'HogQLQuery',
          query:
            "SELECT properties.$host, properties.$pathname, count() FROM events WHERE event = '$pageview' AND timestamp >= toDateTime('{since}') GROUP BY 1, 2 ORDER BY 3 DESC LIMIT {limit}",
        },
      },
      error: ['/error'],
      report: { items: '/results', key: { host: '/0', path: '/1' }, value: '/2', limit: 50_000 },
    },
  },
  bitly: {
    summary: 'Bitly: clicks on a short link, which is the URL of the record',
    needs: 'auth: { bearerEnv }',
    verified: false,
    settings: {
      endpoint: 'https://api-ssl.bitly.com',
      url: '{endpoint}/v4/bitlinks/{host}{path}/clicks/summary?unit=month&units=-1',
      value: '/total_clicks',
      errorCodes: { '/message': { NOT_FOUND: 'url', FORBIDDEN: 'url' } },
    },
  },
  discourse: {
    summary: 'Discourse: views of a topic',
    needs: 'endpoint: the forum, such as https://meta.discourse.org',
    verified: false,
    settings: { url: '{endpoint}{path}.json', value: '/views', errorCodes: { '/error_type': { not_found: 'url' } } },
  },
  forem: {
    summary: 'DEV and other Forem sites: reactions to an article',
    needs: 'endpoint, where it is not https://dev.to',
    verified: false,
    settings: {
      endpoint: 'https://dev.to',
      url: '{endpoint}/api/articles{path}',
      value: '/public_reactions_count',
      errorCodes: { '/error': { 'not found': 'url' } },
    },
  },
  sharethis: {
    summary: 'ShareThis: shares by its own buttons',
    needs: '',
    verified: false,
    settings: { url: 'https://count-server.sharethis.com/v2.0/get_counts?url={url}', value: '/total' },
  },
  vk: {
    summary: 'VK: shares of a URL',
    needs: '',
    verified: false,
    settings: { url: 'https://vk.com/share.php?act=count&index=1&url={url}', format: 'arguments', value: '/1' },
  },
  'ok.ru': {
    summary: 'Odnoklassniki: shares of a URL',
    needs: '',
    verified: false,
    settings: {
      url: 'https://connect.ok.ru/dk?st.cmd=extLike&uid=1&ref={url}',
      ...{ format: 'arguments', value: '/1', numericStrings: true },
    },
  },
  tumblr: {
    summary: 'Tumblr: notes of posts with a URL',
    needs: '',
    verified: false,
    settings: { url: 'https://api.tumblr.com/v2/share/stats?url={url}', value: '/response/note_count' },
  },
  buffer: {
    summary: 'Buffer: shares of a URL',
    needs: '',
    verified: false,
    settings: { url: 'https://api.bufferapp.com/1/links/shares.json?url={url}', value: '/shares' },
  },
};
