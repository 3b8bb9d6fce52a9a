package cadj.cad.cli;

import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Whether this Java virtual machine has the Vector API, and compiles it to vector instructions.
/// All kernels of the processor are written with it; where it is only interpreted (other compilers
/// than HotSpot's C2, as in some GraalVMs and OpenJ9), they run a hundred times slower.
final class VectorSupport {
  private static final String MODULE = "jdk.incubator.vector";
  private static final int VALUES = 1 << 16;
  private static final int MOST_ROUNDS = 20;
  private static final long NANOSECONDS_OF_EACH = 150_000_000;

  /// Where it is compiled, vectors are about as fast as the plain loop, which a compiler turns into
  /// vector instructions too; where it is not, they take fifty times as long or more.
  private static final double MOST_RATIO = 8;

  private VectorSupport() {}

  /// What to do if this machine was started without the module.
  static Optional<String> missingModule() {
    return ModuleLayer.boot().findModule(MODULE).isPresent()
        ? Optional.empty()
        : Optional.of(
            "started without Java's Vector API: start it with ./cadj, or with java --add-modules "
                + MODULE
                + " -jar …");
  }

  /// What to do if vectors are not compiled: measures for a third of a second, longer where they
  /// seem not to be, as on a busy machine compiling takes its time.
  static Optional<String> notCompiled() {
    float[] x = new float[VALUES];
    long plain = nanosecondsOfBest(() -> add(x));
    long vectors = Long.MAX_VALUE;
    for (int round = 0; round < MOST_ROUNDS && vectors > MOST_RATIO * plain; round++) {
      vectors = Math.min(vectors, nanosecondsOfBest(() -> addVectors(x)));
    }
    return vectors <= MOST_RATIO * plain
        ? Optional.empty()
        : Optional.of(
            "This Java does not compile its Vector API (%s %s): everything is many times slower."
                    .formatted(
                        System.getProperty("java.vm.vendor"), System.getProperty("java.vm.name"))
                + " Take a JDK with HotSpot's C2 compiler, such as Temurin, and set JAVA_HOME to"
                + " it.");
  }

  /// Nanoseconds of the fastest pass, once it is compiled.
  private static long nanosecondsOfBest(Runnable pass) {
    long end = System.nanoTime() + NANOSECONDS_OF_EACH;
    long best = Long.MAX_VALUE;
    for (long before = System.nanoTime(); before < end; ) {
      pass.run();
      long after = System.nanoTime();
      best = Math.min(best, after - before);
      before = after;
    }
    return best;
  }

  private static void addVectors(float[] x) {
    VectorSpecies<Float> species = FloatVector.SPECIES_PREFERRED;
    for (int i = 0; i < species.loopBound(x.length); i += species.length()) {
      FloatVector.fromArray(species, x, i).mul(0.5f).add(1f).intoArray(x, i);
    }
  }

  private static void add(float[] x) {
    for (int i = 0; i < x.length; i++) {
      x[i] = x[i] * 0.5f + 1f;
    }
  }
}
