# Copies what decides about client certificates on this server into one folder, for
# `certgated --like FOLDER` and `certgate explain --like FOLDER` on another machine.
#
# Written from Microsoft's documentation of these commands; it was NOT run on Windows.
# It changes nothing on this server but that folder, exports no private key, and blanks
# passwords, connection strings, application settings and machine keys in what it copies.
# Look through the folder before you hand it on.
#
# In PowerShell as administrator:  .\collect.ps1 -Folder C:\certgate-server
param([string]$Folder = (Join-Path (Get-Location) 'certgate-server'))

function Save-Text([string]$Name, $Lines) {
    $Lines | Out-File -FilePath (Join-Path $Folder $Name) -Encoding utf8
}

# Sections that hold secrets become empty lines, so that line numbers stay.
function Copy-Configuration([string]$From, [string]$Name) {
    $To = Join-Path $Folder $Name
    New-Item -ItemType Directory -Force -Path (Split-Path $To) | Out-Null
    $Text = Get-Content -LiteralPath $From -Raw
    $Text = [regex]::Replace($Text, '(?is)<(appSettings|connectionStrings)\b.*?</\1\s*>',
        { param($Match) $Match.Value -replace '[^\r\n]', '' })
    $Text = $Text -replace '(?i)\b(\w*password|\w*connectionString|validationKey|decryptionKey)(\s*=\s*)("[^"]*"|''[^'']*'')', '$1$2""'
    $Text | Out-File -LiteralPath $To -Encoding utf8
}

New-Item -ItemType Directory -Force -Path $Folder | Out-Null

# The version of Windows, and the bindings of http.sys; json=enable is unknown to older ones.
Save-Text 'os.txt' ([Environment]::OSVersion.Version.ToString())
Save-Text 'netsh.txt' (netsh http show sslcert)
$Json = netsh http show sslcert json=enable
if ("$Json".TrimStart().StartsWith('{')) { Save-Text 'netsh.json' $Json }

# The registry: Schannel, http.sys and the limits of certificate chains.
$Keys = @{
    'schannel.reg' = 'HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL'
    'http.reg'     = 'HKLM\SYSTEM\CurrentControlSet\Services\HTTP\Parameters'
    'chain.reg'    = 'HKLM\SOFTWARE\Microsoft\Cryptography\OID\EncodingType 0\CertDllCreateCertificateChainEngine\Config'
}
foreach ($Name in $Keys.Keys) { reg export $Keys[$Name] (Join-Path $Folder $Name) /y | Out-Null }

# Certificates, one file for each store; an empty store leaves an empty folder.
foreach ($Store in 'Root', 'CA', 'Disallowed', 'TrustedPeople', 'ClientAuthIssuer', 'AuthRoot') {
    $To = New-Item -ItemType Directory -Force -Path (Join-Path $Folder "LocalMachine\$Store")
    if (-not (Test-Path "Cert:\LocalMachine\$Store")) { continue }
    $Certificates = @(Get-ChildItem "Cert:\LocalMachine\$Store")
    if ($Certificates.Count -gt 0) {
        $Certificates | Export-Certificate -FilePath (Join-Path $To "$Store.sst") -Type SST | Out-Null
    }
}

# applicationHost.config, and each site's web.config files by site, application and folder.
$Main = Join-Path $env:windir 'System32\inetsrv\config\applicationHost.config'
if (Test-Path -LiteralPath $Main) {
    Copy-Configuration $Main 'applicationHost.config'
    $Sites = ([xml](Get-Content -LiteralPath $Main -Raw)).configuration.'system.applicationHost'.sites.site
    foreach ($Site in $Sites) {
        foreach ($Application in $Site.application) {
            foreach ($Virtual in $Application.virtualDirectory) {
                $Top = [Environment]::ExpandEnvironmentVariables($Virtual.physicalPath).TrimEnd('\')
                $Url = ($Application.path.TrimEnd('/') + $Virtual.path).Trim('/') -replace '/', '\'
                Get-ChildItem -LiteralPath $Top -Filter web.config -Recurse -ErrorAction SilentlyContinue |
                    ForEach-Object {
                        $Below = $_.DirectoryName.Substring($Top.Length).Trim('\')
                        $Parts = 'sites', $Site.name, $Url, $Below, 'web.config' | Where-Object { $_ }
                        Copy-Configuration $_.FullName ($Parts -join '\')
                    }
            }
        }
    }
}
"Collected into $Folder"
