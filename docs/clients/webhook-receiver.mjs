// Receives webhooks of the Data Flow Platform with the official library of Standard Webhooks.
//
//   npm install standardwebhooks
//   WEBHOOK_SECRET=whsec_… PORT=8080 node webhook-receiver.mjs
import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';

const webhook = new Webhook(process.env.WEBHOOK_SECRET);

// In a real receiver both live in your database, in the same transaction as the work.
const handled = new Set();
const newest = new Map();

async function read(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

// The text must be the one that arrived: parsed and written again it would be another.
function verified(text, headers) {
  try {
    return webhook.verify(text, headers);
  } catch (refusal) {
    console.log(`refused: ${refusal.message}`);
    return null;
  }
}

// The same message may come again, and messages may come out of order.
function isNews(id, { execution_id, sequence }) {
  if (handled.has(id)) return false;
  handled.add(id);
  if (execution_id === undefined) return true;
  if (sequence < (newest.get(execution_id) ?? 0)) return false;
  newest.set(execution_id, sequence);
  return true;
}

const server = createServer(async (request, response) => {
  const message = verified(await read(request), request.headers);
  if (message === null) return response.writeHead(401).end();

  // Answer first: the sender waits 20 seconds, and sends again when it hears nothing.
  response.writeHead(204).end();
  const id = request.headers['webhook-id'];
  console.log(`${isNews(id, message.data) ? 'handled' : 'known'}: ${id} ${message.type} ${message.data.status ?? ''}`);
});

server.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => console.log(`listening: ${server.address().port}`));
