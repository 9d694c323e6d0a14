import type { ErrorRequestHandler } from 'express';

/** An answer other than success, with words for the client. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Answers every error as JSON: `{ "error": "There is no product 7." }`. */
export const answerError: ErrorRequestHandler = (error: Partial<HttpError>, _req, res, next) => {
  if (res.headersSent) {
    next(error);
    return;
  }
  // Express and its body parsers set a status too; anything without one is a fault of ours.
  const { status = 500, message } = error;
  if (status >= 500) console.error(error);
  res.status(status).json({ error: status < 500 ? message : 'Something went wrong here.' });
};
