import GRDB

/// The tables of the index; all that is in them can be made again from the pictures.
enum IndexSchema {
  /// Kept in `user_version`; one more for every change of the tables.
  static let version = 1

  enum State {
    case current
    /// Of an earlier version, of another gallery, or just made.
    case other
    case newer(version: Int)
  }

  static func state(of database: Database, gallery: String) throws -> State {
    let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    if found > version { return .newer(version: found) }
    guard found == version else {
      // Damage to the first page is found here and not later.
      _ = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master")
      return .other
    }
    let path = try String.fetchOne(database, sql: "SELECT path FROM gallery")
    _ = try Row.fetchOne(database, sql: "SELECT \(PictureRow.columns) FROM picture LIMIT 1")
    _ = try Row.fetchOne(database, sql: "SELECT fingerprint, jpeg FROM thumbnail LIMIT 1")
    return path == gallery ? .current : .other
  }

  static func erase(_ database: Database) throws {
    try database.execute(
      sql: """
        DROP TABLE IF EXISTS picture_text;
        DROP TABLE IF EXISTS picture;
        DROP TABLE IF EXISTS thumbnail;
        DROP TABLE IF EXISTS gallery;
        """)
  }

  static func create(in database: Database, gallery: String) throws {
    try database.execute(
      sql: """
        CREATE TABLE gallery (path TEXT NOT NULL);
        CREATE TABLE picture (
          id INTEGER PRIMARY KEY,
          name TEXT NOT NULL UNIQUE,
          bytes INTEGER NOT NULL,
          modified INTEGER NOT NULL,
          changed INTEGER NOT NULL,
          fingerprint INTEGER,
          width INTEGER,
          height INTEGER,
          prompt TEXT NOT NULL,
          negative TEXT NOT NULL,
          model TEXT,
          sampler TEXT,
          seed INTEGER,
          steps INTEGER,
          guidance REAL,
          origin TEXT,
          star INTEGER NOT NULL,
          rating INTEGER NOT NULL,
          fault TEXT,
          recipe TEXT
        );
        CREATE INDEX picture_date ON picture (modified, name);
        CREATE INDEX picture_fingerprint ON picture (fingerprint);
        CREATE TABLE thumbnail (fingerprint INTEGER PRIMARY KEY, jpeg BLOB);
        CREATE VIRTUAL TABLE picture_text USING fts5(
          prompt, negative, content='picture', content_rowid='id',
          tokenize="unicode61 remove_diacritics 2", prefix='2 3');
        CREATE TRIGGER picture_added AFTER INSERT ON picture BEGIN
          INSERT INTO picture_text (rowid, prompt, negative)
            VALUES (new.id, new.prompt, new.negative);
        END;
        CREATE TRIGGER picture_removed AFTER DELETE ON picture BEGIN
          INSERT INTO picture_text (picture_text, rowid, prompt, negative)
            VALUES ('delete', old.id, old.prompt, old.negative);
        END;
        CREATE TRIGGER picture_rewritten AFTER UPDATE OF prompt, negative ON picture
        WHEN old.prompt IS NOT new.prompt OR old.negative IS NOT new.negative BEGIN
          INSERT INTO picture_text (picture_text, rowid, prompt, negative)
            VALUES ('delete', old.id, old.prompt, old.negative);
          INSERT INTO picture_text (rowid, prompt, negative)
            VALUES (new.id, new.prompt, new.negative);
        END;
        PRAGMA user_version = \(version);
        """)
    try database.execute(sql: "INSERT INTO gallery (path) VALUES (?)", arguments: [gallery])
  }
}
