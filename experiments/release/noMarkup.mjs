/** Stands for the readers of markup and style sheets that the document of pictures would bring along: it is always an empty page. */
export class Parser {
  #told;

  constructor(told) {
    this.#told = told;
  }

  write() {
    for (const name of ['html', 'body']) this.#told.onopentag(name, {});
  }

  end() {
    for (const name of ['body', 'html']) this.#told.onclosetag(name, false);
  }
}

export function parse() {
  throw new Error('The document of pictures reads no style sheets.');
}
