import { expect } from 'chai';
import { meantBy } from '../../src/model/did-you-mean.ts';

const NAMES = ['Tweets__c', 'Likes__c', 'Published_URL__c', 'facebook', 'twitter', 'fields', 'where', 'x', 'A__c'];

describe('what a misspelt word means', () => {
  const MEANT: readonly [word: string, name: string | undefined][] = [
    ['twiter', 'twitter'],
    ['Facebok', 'facebook'],
    ['feilds', 'fields'],
    ['wehre', 'where'],
    ['tweet__C', 'Tweets__c'],
    ['PublishedURL__c', 'Published_URL__c'],
    ['Likes', 'Likes__c'],
    ['myspace', undefined],
    ['B__c', undefined],
    ['y', undefined],
    ['', undefined],
    ['Retweeters__c', undefined],
  ];
  for (const [word, name] of MEANT) {
    it(`${word}: ${name ?? 'nothing'}`, () => expect(meantBy(word, NAMES)).to.equal(name));
  }
  it('is nothing where there are no names', () => expect(meantBy('twiter', [])).to.equal(undefined));
});
