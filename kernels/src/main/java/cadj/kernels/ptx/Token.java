package cadj.kernels.ptx;

/// A token, with the line it stands on.
record Token(Kind kind, String text, int line) {
  enum Kind {
    /// A name, `_`, or an opcode without its modifiers; registers include their `%`.
    NAME,
    /// `.f32`, `.entry`, `.L2::128B`, with the dot.
    DOTTED,
    /// A literal, without sign.
    NUMBER,
    /// Between quotes, which are part of it.
    STRING,
    /// One character.
    MARK,
    END
  }

  boolean is(String what) {
    return text.equals(what) && kind != Kind.STRING && kind != Kind.END;
  }

  boolean is(Kind what) {
    return kind == what;
  }

  /// For messages.
  String quoted() {
    if (kind == Kind.END) {
      return "the end of the file";
    }
    return "'%s'".formatted(text.length() <= 40 ? text : text.substring(0, 40) + "…");
  }
}
