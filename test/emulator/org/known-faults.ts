import type { Fault } from '../server.ts';
import { BulkError, RestError } from './errors.ts';
import { bulkErrorReply, restErrorReply } from './replies.ts';
import { familyOf } from './routes.ts';

/**
 * What real orgs answered instead of doing the work, by name:
 *
 * - `maintenance`: the page of an instance that is down (wadewegner/Force.com-Toolkit-for-NET 160, forcedotcom/cli 2487).
 * - `edge-limit`: a 420 of a server in front of the org (forcedotcom/sfdx-core 980, forcedotcom/cli 2978).
 * - `concurrent-requests`: too many requests at a time (SalesforceLabs/OrgCheck 432, mautic/mautic 5006).
 */
export const KNOWN_FAULTS = ['maintenance', 'edge-limit', 'concurrent-requests'] as const;

export type KnownFault = (typeof KNOWN_FAULTS)[number];

/** The fault of this name for a kind of request: REST and Bulk refuse in forms of their own. */
export function knownFault(name: KnownFault, kind: string): Fault & { fault: 'status' } {
  switch (name) {
    case 'maintenance':
      return { fault: 'status', status: 503, headers: HTML, body: MAINTENANCE };
    case 'edge-limit':
      return { fault: 'status', status: 420, headers: HTML, body: '' };
    case 'concurrent-requests': {
      const text = 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.';
      // Recorded of REST; that the Bulk API says it with its own code is a guess.
      const {
        status,
        headers = {},
        body,
      } = familyOf(kind) === 'bulk'
        ? bulkErrorReply(new BulkError('ExceededQuota', text))
        : restErrorReply(new RestError(403, 'REQUEST_LIMIT_EXCEEDED', text));
      return { fault: 'status', status, headers, body: String(body) };
    }
  }
}

const HTML = { 'content-type': 'text/html; charset=UTF-8' };

/** Built as the recorded one is: its words stand behind a doctype, style and nested tables. */
const MAINTENANCE = `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd">
<html xmlns="http://www.w3.org/1999/xhtml">
 <head>
  <title>Maintenance</title>
  <style type="text/css">
   body { background-color: #ffffff; font-family: Verdana, Arial, sans-serif; }
   td.message > span { font-size: medium; font-weight: bold; }
  </style>
 </head>
 <body>
  <center>
   <table bgcolor="white" style="align: center;">
    <tbody>
     <tr><td><br><br></td></tr>
     <tr>
      <td>
       <table bgcolor="white" cellpadding="0" cellspacing="0" style="border:1px solid #ccc;" width="758">
        <tbody>
         <tr><td class="message"><span>We are down for maintenance.</span><br><br>Sorry for the trouble. We&#39;ll be back soon.</td></tr>
        </tbody>
       </table>
      </td>
     </tr>
    </tbody>
   </table>
  </center>
 </body>
</html>
`;
