import { expect } from 'chai';
import { meaningOf, wordsOf } from '../../src/services/field-names.ts';
import { definitions } from '../../src/services/registry.ts';

const meant = (name: string, label = '', own: readonly string[] = []): string | null => {
  const meaning = meaningOf({ name, label }, own);
  if (!meaning) return null;
  return meaning.measure === null ? meaning.service : `${meaning.service} ${meaning.measure}`;
};

describe('what a field is for, by its words', () => {
  const MEANT: readonly [name: string, is: string | null][] = [
    ['Tweets__c', 'twitter'],
    ['TweetCount__c', 'twitter'],
    ['Twitter_Shares__c', 'twitter'],
    ['Likes__c', 'facebook'],
    ['Total_Likes__c', 'facebook'],
    ['Number_of_Likes__c', 'facebook'],
    ['Facebook__c', 'facebook'],
    ['FBLikes__c', 'facebook'],
    ['acme__FB_Comments__c', 'facebook comments'],
    ['Facebook_Shares__c', 'facebook shares'],
    ['LinkedIn_Shares__c', 'linkedin'],
    ['Linked_In_Shares__c', 'linkedin'],
    ['linkedin__c', 'linkedin'],
    ['HN_Points__c', 'hackernews'],
    ['HackerNews__c', 'hackernews'],
    ['Hacker_News_Comments__c', 'hackernews comments'],
    ['Points__c', 'hackernews'],
    ['Hatena_Bookmarks__c', 'hatena'],
    ['Bookmarks__c', 'hatena'],
    ['Pins__c', 'pinterest'],
    ['Pin_Count__c', 'pinterest'],
    ['Pinterest_Likes__c', 'pinterest'],
    ['Reddit_Score__c', 'reddit'],
    ['Reddit_Posts__c', 'reddit posts'],
    ['Bluesky_Posts__c', 'bluesky'],
    ['X_Posts__c', 'x'],
    ['SharedCount__c', 'sharedcount'],
    // Parts of words, and words in another sense.
    ['Opinion__c', null],
    ['Opinions__c', null],
    ['Dislikes__c', null],
    ['PIN__c', null],
    ['PIN_Number__c', null],
    ['Loyalty_Points__c', null],
    ['Selling_Points__c', null],
    ['Max_Posts__c', null],
    ['X__c', null],
    ['X_Axis__c', null],
    ['Json__c', null],
    ['Unlinked_Ins__c', null],
    ['NumberOfEmployees', null],
    ['Shares__c', null],
    ['Reads__c', null],
    ['Views__c', 'ga4'],
    ['Page_Views__c', 'ga4'],
    ['GA4_Sessions__c', 'ga4 sessions'],
    ['Clicks__c', 'searchconsole'],
    ['Search_Console_Impressions__c', 'searchconsole impressions'],
    ['Plausible_Visitors__c', 'plausible visitors'],
    ['Reactions__c', 'devto reactions'],
    ['YouTube_Views__c', 'youtube'],
    ['YouTube_Likes__c', 'youtube likes'],
    ['Facebook_Views__c', null],
    ['Profile_Views__c', null],
    // Other numbers of a service, and two services at once.
    ['Twitter_Followers__c', null],
    ['Facebook_Ad_Budget__c', null],
    ['LinkedIn_Connections__c', null],
    ['Facebook_and_Twitter__c', null],
  ];
  for (const [name, is] of MEANT) it(`${name}: ${is ?? 'nothing'}`, () => expect(meant(name)).to.equal(is));

  it('the label decides if the name does not', () => {
    expect(meant('Count_1__c', 'Hacker News points')).to.equal('hackernews');
    expect(meant('Count_1__c', 'Points on reddit')).to.equal('reddit');
    expect(meant('Tweets__c', 'Facebook')).to.equal('twitter');
    expect(meant('Twitter_Followers__c', 'Twitter')).to.equal(null);
  });

  it('services of the settings go by their own names', () => {
    expect(meant('Reads__c', '', ['reads'])).to.equal('reads');
    expect(meant('Page_Views__c', '', ['page-views'])).to.equal('page-views');
    expect(meant('Already_Reads__c', '', ['reads'])).to.equal(null);
    expect(meant('Likes__c', '', ['likes'])).to.equal('likes');
  });

  it('a noun of several services is of the one the settings have', () => {
    expect(meant('Views__c', '', ['matomo'])).to.equal('matomo');
    expect(meant('Views__c', '', ['matomo', 'plausible'])).to.equal(null);
    expect(meant('Reads__c', '', ['plausible'])).to.equal('plausible');
  });

  it('every built-in service but x and json is known by its own name', () => {
    const names = definitions.map(({ name }) => name).filter((name) => name !== 'x' && name !== 'json');
    expect(names.filter((name) => meant(`${name}__c`) !== name)).to.deep.equal([]);
  });

  it('words are taken apart at underscores, spaces and capitals', () => {
    expect(wordsOf('LinkedIn_Shares2')).to.deep.equal(['linked', 'in', 'shares', '2']);
    expect(wordsOf('FBLikes')).to.deep.equal(['fb', 'likes']);
    expect(wordsOf('anzahl Überschriften')).to.deep.equal(['anzahl', 'überschriften']);
  });
});
