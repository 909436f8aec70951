/** An HTTP application: what answers a request. */
export type Fetch = (request: Request) => Response | Promise<Response>
