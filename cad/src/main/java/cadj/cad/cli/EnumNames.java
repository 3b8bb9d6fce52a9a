package cadj.cad.cli;

import static java.util.stream.Collectors.joining;

import cadj.cad.attribution.Mode;
import cadj.cad.attribution.ObjectiveKind;
import cadj.cad.edit.Ablation;
import cadj.cad.generate.Rng;
import cadj.cad.gpucheck.CheckPart;
import cadj.cad.graph.Findings;
import cadj.kernels.choice.DeviceChoice;
import cadj.kernels.device.MatmulPrecision;
import cadj.models.convert.StoredAs;
import cadj.models.denoiser.Sites;
import cadj.models.scheduler.Scheduler;
import cadj.models.tokenizer.Cleaning;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Names of an enum's constants on the command line: what `toString()` gives, where that is not in
/// capitals, else the constant's name in small letters. They are taken in any case, and errors list
/// them. (Left to itself, picocli's errors list the constants.)
final class EnumNames<E extends Enum<E>> implements ITypeConverter<E> {
  private final List<E> values;

  private EnumNames(E[] values) {
    this.values = List.of(values);
  }

  /// For all enums that options have.
  static void register(CommandLine command) {
    register(command, Ablation.Per.class);
    register(command, CheckPart.class);
    register(command, Cleaning.class);
    register(command, DeviceChoice.Requested.class);
    register(command, Findings.Kind.class);
    register(command, MatmulPrecision.class);
    register(command, Mode.class);
    register(command, ObjectiveKind.class);
    register(command, OnOff.class);
    register(command, Rng.class);
    register(command, Scheduler.Kind.class);
    register(command, Sites.class);
    register(command, StoredAs.class);
    register(command, TraceCommand.Corrupt.class);
    register(command, TraceCommand.Method.class);
    register(command, UnitOptions.By.class);
    register(command, WeightType.class);
  }

  private static <E extends Enum<E>> void register(CommandLine command, Class<E> type) {
    command.registerConverter(type, new EnumNames<>(type.getEnumConstants()));
  }

  private static String name(Enum<?> value) {
    String own = value.toString();
    return own.equals(value.name()) ? own.toLowerCase(Locale.ROOT).replace('_', '-') : own;
  }

  @Override
  public E convert(String text) {
    return values.stream()
        .filter(value -> name(value).equalsIgnoreCase(text) || value.name().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "expected one of %s, got %s"
                        .formatted(
                            values.stream().map(EnumNames::name).collect(joining(", ")), text)));
  }
}
