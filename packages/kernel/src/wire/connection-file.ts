import { readFileSync } from "node:fs";

/** What a Jupyter client writes for the kernel to bind its sockets. */
export interface ConnectionInfo {
  readonly transport: string;
  readonly ip: string;
  readonly key: string;
  readonly signatureScheme: string;
  readonly shellPort: number;
  readonly iopubPort: number;
  readonly stdinPort: number;
  readonly controlPort: number;
  readonly heartbeatPort: number;
}

/** Reads a connection file. Throws when it can't be read or a port is missing. */
export function readConnectionFile(path: string): ConnectionInfo {
  const fields = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  const port = (name: string): number => {
    const value = fields[name];
    if (typeof value !== "number") throw new Error(`connection file ${path}: ${name} is ${value}, expected a number`);
    return value;
  };
  return {
    transport: String(fields.transport ?? "tcp"),
    ip: String(fields.ip ?? "127.0.0.1"),
    key: String(fields.key ?? ""),
    signatureScheme: String(fields.signature_scheme ?? "hmac-sha256"),
    shellPort: port("shell_port"),
    iopubPort: port("iopub_port"),
    stdinPort: port("stdin_port"),
    controlPort: port("control_port"),
    heartbeatPort: port("hb_port"),
  };
}

/** The address to bind for `port`: with the transport `ipc` the ip is a path's beginning. */
export function socketAddress(info: ConnectionInfo, port: number): string {
  return info.transport === "ipc" ? `ipc://${info.ip}-${port}` : `${info.transport}://${info.ip}:${port}`;
}
