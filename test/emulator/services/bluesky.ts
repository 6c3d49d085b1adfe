import { type EmulatedService, html, json, onlyAt } from './emulated-service.ts';
import { hash } from './counts.ts';
import { urlIn } from './requests.ts';

const PATH = '/xrpc/blue.microcosm.links.getBacklinksCount';
const CARD = 'app.bsky.feed.post:embed.external.uri';
const TEXT_LINK = 'app.bsky.feed.post:facets[].features[app.bsky.richtext.facet#link].uri';

/** Constellation's back-link count for Bluesky. A browser gets a page; a client that names no contact gets nothing. */
export const bluesky: EmulatedService = {
  name: 'bluesky',
  path: PATH,
  settings: (endpoint) => ({ endpoint }),
  urls: urlIn('subject'),
  answer: onlyAt('GET', PATH, (request, { counts }) => {
    if (!/https?:\/\/\S+|\S+@\S+/.test(request.headers['user-agent'] ?? '')) return html(403, 'Forbidden');
    if (!request.headers.accept?.includes('application/json')) return html(200, 'Constellation');
    const subject = request.query.get('subject');
    const source = request.query.get('source');
    if (subject === null || source === null) return json(400, { error: 'InvalidRequest', message: 'missing field' });
    const isKnown = source === CARD || source === TEXT_LINK;
    // Most posts with a card hold the link in their text too.
    const total = source === CARD ? counts.shown(subject) : isKnown ? counts.count(subject) + (hash(subject) % 4) : 0;
    return json(200, { total });
  }),
  errorInside200: () => json(200, { error: 'InternalServerError', message: 'index unavailable' }),
};
