// Follows one execution to its end: npm install && node watch.js http://127.0.0.1:5000 ex-1a2b3c4d
// Whatever happens to the connection, every event is printed once and in order.
import { HubConnectionBuilder, LogLevel } from "@microsoft/signalr";

const [address, executionId] = process.argv.slice(2);
if (!address || !executionId) {
    console.error("usage: node watch.js ADDRESS EXECUTION_ID");
    process.exit(2);
}

const last = ["execution_completed", "execution_failed", "execution_cancelled"];
let seen = 0;
let over = false;

/** Reads the stream to its end; rejects when the connection is lost or the server refuses. */
function follow(connection) {
    return new Promise((ended, failed) => {
        // 0 asks for everything; after a lost connection the last sequence seen goes on where it broke.
        connection.stream("WatchExecution", executionId, seen).subscribe({
            next(message) {
                if (message.kind === "snapshot") {
                    console.log(`${executionId} is ${message.execution.status}`);
                    return;
                }
                seen = message.sequence;
                console.log(`${seen} ${message.event.type}${message.event.ref ? ` ${message.event.ref}` : ""}`);
                over = last.includes(message.event.type);
            },
            complete: ended,
            error: failed,
        });
    });
}

for (;;) {
    const connection = new HubConnectionBuilder().withUrl(new URL("/hubs/executions", address).href).configureLogging(LogLevel.None).build();
    try {
        await connection.start();
        await follow(connection);
        if (over) process.exit(0);
        // A stream that ends before its execution: the server stops.
        console.error("The server has gone. Connecting again.");
    } catch (error) {
        // A refusal is final. Its message ends in the code and the words of the API's problem; without those it is the server that stops.
        if (String(error.message).includes("HubException: ")) {
            console.error(error.message);
            process.exit(1);
        }
        console.error(`${error.message} Connecting again.`);
    }
    await new Promise(resolve => setTimeout(resolve, 1000));
}
