package cadj.kernels.catalogue;

import cadj.kernels.device.PtxSource;

/// A `.ptx` file: kernels, or functions that kernels call. One that is used with several settings
/// is as many of these, whose kernels must have different names (`.visible .entry gemm_${stored}`).
///
/// @param path of the resource, such as `cadj/kernels/geglu/geglu.ptx`
/// @param source the file, and the functions it takes from elsewhere
public record KernelFile(String path, PtxSource source) {
  /// @param room a class beside the file
  static KernelFile of(Class<?> room, String name) {
    return new KernelFile(
        room.getPackageName().replace('.', '/') + "/" + name, PtxSource.beside(room, name));
  }

  /// This file, which uses functions and macros of `library`.
  KernelFile with(KernelFile library) {
    return new KernelFile(path, source.with(library.source));
  }

  /// This file with another value of what it has as `.default $setting`.
  KernelFile set(String setting, String value) {
    return new KernelFile(path, source.set(setting, value));
  }
}
