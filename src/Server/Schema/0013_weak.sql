-- How well an identifier is proven: a link that was opened elsewhere than where it was asked for may have been opened by a mail scanner.

ALTER TABLE identifiers ADD COLUMN verified_weakly BIGINT NOT NULL DEFAULT 0;
