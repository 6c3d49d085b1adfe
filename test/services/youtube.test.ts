import { expect } from 'chai';
import { videoOf } from '../../src/services/youtube.ts';

describe('the video a URL is of', () => {
  const ID = 'dQw4w9WgXcQ';
  const urls: readonly [url: string, id: string | undefined][] = [
    [`https://www.youtube.com/watch?v=${ID}`, ID],
    [`https://www.youtube.com/watch?t=5&v=${ID}&list=x`, ID],
    [`http://youtube.com/watch?v=${ID}`, ID],
    [`https://m.youtube.com/watch?v=${ID}`, ID],
    [`https://music.youtube.com/watch?v=${ID}`, ID],
    [`https://youtu.be/${ID}?si=abc`, ID],
    [`https://www.youtube.com/shorts/${ID}/`, ID],
    [`https://www.youtube.com/embed/${ID}`, ID],
    [`https://www.youtube-nocookie.com/embed/${ID}`, ID],
    [`https://www.youtube.com/live/${ID}?feature=share`, ID],
    ['https://www.youtube.com/@channel', undefined],
    ['https://www.youtube.com/playlist?list=PL1', undefined],
    ['https://www.youtube.com/watch?v=a,b', undefined],
    ['https://www.youtube.com/watch', undefined],
    ['https://youtu.be/', undefined],
    [`https://www.youtube.com.example/watch?v=${ID}`, undefined],
    [`https://example.com/embed/${ID}`, undefined],
  ];
  for (const [url, id] of urls) it(url, () => expect(videoOf(url)).to.equal(id));
});
