// SPDX-License-Identifier: MIT
// The program under test: put yours here.
import https from 'node:https';

export class Refused extends Error {
    constructor(reason) {
        super(`the server refuses our certificate: ${reason}`);
        this.reason = reason; // IIS's, as '403.16'
    }
}

export function fetchPage(url, agent) {
    return new Promise((resolve, reject) => {
        https.get(url, { agent }, (answer) => {
            let text = '';
            answer.setEncoding('utf8');
            answer.on('data', (piece) => { text += piece; });
            answer.on('error', reject);
            answer.on('end', () => {
                if (answer.statusCode === 403) {
                    reject(new Refused(/HTTP Error (403\.\d+)/.exec(text)?.[1] ?? '403'));
                } else {
                    resolve(text);
                }
            });
        }).on('error', reject);
    });
}
