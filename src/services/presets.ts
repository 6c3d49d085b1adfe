/** A declared service that ships with the product, to be used as `{"type": "json", "preset": NAME}`. */
export type Preset = {
  readonly summary: string;
  /** What has to be added in the settings; empty where nothing. */
  readonly needs: string;
  /** False where nobody has seen it answer lately. */
  readonly verified: boolean;
  /** Settings of the type `json`; what the settings file says besides comes on top. */
  readonly settings: Readonly<Record<string, unknown>>;
};

/** The presets, with the facts of the reference's sections 1.9 to 1.12. */
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
      // MediaWiki names the parameters that ask for the next 500 links.
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
