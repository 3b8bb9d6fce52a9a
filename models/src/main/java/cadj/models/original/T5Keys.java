package cadj.models.original;

/// The keys of T5's encoder, the same in file and folder.
final class T5Keys {
  private T5Keys() {}

  static KeyMap map() {
    return new KeyMap().add("shared", "shared").add("encoder", "encoder");
  }
}
