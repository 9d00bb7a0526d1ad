using System.Security.Cryptography;
using Idq.Data.Parquet;
using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>Whether the file of a product is what the ledger says of it.</summary>
static class ProductFile
{
    /// <summary>The SHA-256 of what a stream holds from here on, in hexadecimal digits.</summary>
    public static string Hash(Stream content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>What is wrong with the file of a registered product; null when it is what was registered.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public static string? Problem(ProductPath paths, Product product)
    {
        using var file = Open(paths, product, out var problem);
        return problem;
    }

    /// <summary>The absolute path of a registered product whose file is what was registered.</summary>
    /// <exception cref="DataException">It is not; the message says what is wrong.</exception>
    public static string Verify(ProductPath paths, Product product)
    {
        using var file = Open(paths, product);
        return file.Name;
    }

    /// <summary>Opens the file of a registered product, which is what was registered, at its beginning.</summary>
    /// <exception cref="DataException">It is not; the message says what is wrong.</exception>
    public static SynchronousFile Open(ProductPath paths, Product product) =>
        Open(paths, product, out var problem) ?? throw new DataException($"{problem}; restore it");

    static SynchronousFile? Open(ProductPath paths, Product product, out string? problem)
    {
        var path = paths.Absolute(product.Path);
        SynchronousFile? file = null;
        problem = null;
        try
        {
            file = new SynchronousFile(path, FileMode.Open, FileAccess.Read);
            if (Hash(file) == product.Sha256)
            {
                file.Position = 0;
                return file;
            }
            problem = $"the {product.Kind} '{path}' (number {product.Seq}) is not what was registered: its SHA-256 differs";
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            problem = $"the {product.Kind} '{path}' is in the ledger (number {product.Seq}) and not on disk";
        }
        catch (UnauthorizedAccessException)
        {
            problem = $"the {product.Kind} '{path}' (number {product.Seq}) may not be read";
        }
        finally
        {
            if (problem is not null) file?.Dispose();
        }
        return null;
    }
}
