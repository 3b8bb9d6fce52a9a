package cadj.tensor.torch;

import java.lang.foreign.MemorySegment;

/// The storages of one file by their keys.
interface Storages {
  /// Requires that the file has this storage whole.
  ///
  /// @param name of a tensor in it, for messages
  void check(StorageRef storage, String name);

  /// The bytes of the whole storage, which [#check] found to be there.
  MemorySegment bytes(StorageRef storage);
}
