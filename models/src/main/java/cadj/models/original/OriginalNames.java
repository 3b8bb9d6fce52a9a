package cadj.models.original;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/// What the original layout calls the parameters of a diffusers folder.
public final class OriginalNames {
  private OriginalNames() {}

  /// A UNet's: `input_blocks.4.1.proj_in.weight` for `down_blocks.1.attentions.0.proj_in.weight`;
  /// none for what is no UNet's.
  ///
  /// @param has whether the folder's UNet has a parameter of that name
  public static Function<String, Optional<String>> ofUNet(Predicate<String> has) {
    KeyMap map = UNetKeys.ofFolder(has).map();
    return key -> map.inFile(key).map(KeyMap.Place::key);
  }
}
