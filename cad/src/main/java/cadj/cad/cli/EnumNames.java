package cadj.cad.cli;

import static java.util.stream.Collectors.joining;

import cadj.models.denoiser.Sites;
import cadj.models.scheduler.Scheduler;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Names of an enum's constants on the command line: those that `toString()` gives, in upper or
/// lower case; errors list them. (Left to itself, picocli's errors list the constants.)
abstract sealed class EnumNames<E extends Enum<E>> implements ITypeConverter<E> {
  private final List<E> values;

  private EnumNames(E[] values) {
    this.values = List.of(values);
  }

  @Override
  public E convert(String text) {
    return values.stream()
        .filter(value -> value.toString().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "expected one of %s, got %s"
                        .formatted(
                            values.stream().map(Enum::toString).collect(joining(", ")), text)));
  }

  /// Of samplers.
  static final class OfSchedulers extends EnumNames<Scheduler.Kind> {
    OfSchedulers() {
      super(Scheduler.Kind.values());
    }
  }

  /// Of sites.
  static final class OfSites extends EnumNames<Sites> {
    OfSites() {
      super(Sites.values());
    }
  }
}
