//! People: sign-in, sessions, roles by post.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use tokio::sync::{Mutex, Semaphore};
use xiaoneng_casework::Name;
use xiaoneng_store::{Credential, Session};

use crate::{Office, OfficeError, chance::machine, office::tenant_id};

/// Failed attempts before an account rests.
const FAILED_MAX: u32 = 5;
/// How long it rests.
const REST: SignedDuration = SignedDuration::from_mins(15);
/// How long a session lasts.
const SESSION: SignedDuration = SignedDuration::from_hours(12);
/// Longest password taken.
const PASSWORD_MAX: usize = 200;
/// Attempts on one account go one after another: side by side they would all count as the first.
static ATTEMPTS: [Mutex<()>; 16] = [const { Mutex::const_new(()) }; 16];
/// Passwords checked at once: each takes 19 MB and a core.
static CHECKS: Semaphore = Semaphore::const_new(4);

/// Someone has signed in.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// Who.
    pub officer: Name,
    /// Where he belongs.
    pub tenant: Name,
    /// The token of his forms.
    pub csrf: String,
}

/// Why signing in failed. The same words for an unknown name and a wrong password.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Name or password.
    #[error("用户名或口令不对。忘记口令请联系本单位信息岗重置")]
    Wrong,
    /// Too many attempts.
    #[error("连续输错 {FAILED_MAX} 次，账号暂停登录，请在 {0} 以后再试")]
    Resting(String),
    /// The store.
    #[error(transparent)]
    Office(#[from] OfficeError),
}

impl Office {
    /// Sign in; answers the cookie's value and who it is.
    pub async fn sign_in(&self, officer: &str, password: &str) -> Result<(String, SignIn), SignInError> {
        let Some(person) = self.world.org.officers.get(officer.trim()) else {
            // As slow as a wrong password, so that names cannot be told apart.
            let _ = verify(password.to_owned(), decoy()?).await;
            return Err(SignInError::Wrong);
        };
        let _turn = ATTEMPTS[person.id.bytes().map(usize::from).sum::<usize>() % ATTEMPTS.len()].lock().await;
        let tenant = self.tenant_of(&person.unit);
        let store_tenant = tenant_id(&tenant);
        let now = self.time.wall();
        let found = self.store.credential(&store_tenant, &person.id).await.map_err(OfficeError::from)?;
        let Some(mut credential) = found else {
            let _ = verify(password.to_owned(), decoy()?).await;
            return Err(SignInError::Wrong);
        };
        if let Some(until) = credential.locked_until.filter(|u| *u > now) {
            return Err(SignInError::Resting(
                xiaoneng_casework::PLACE.to_datetime(until).strftime("%H:%M").to_string(),
            ));
        }
        if !verify(password.to_owned(), credential.password_hash.clone()).await {
            credential.failed += 1;
            if credential.failed >= FAILED_MAX {
                credential.failed = 0;
                credential.locked_until = Some(now + REST);
            }
            self.store.credential_put(&store_tenant, credential).await.map_err(OfficeError::from)?;
            return Err(SignInError::Wrong);
        }
        if credential.failed > 0 || credential.locked_until.is_some() {
            credential.failed = 0;
            credential.locked_until = None;
            self.store.credential_put(&store_tenant, credential).await.map_err(OfficeError::from)?;
        }
        Ok(self.new_session(&person.id, &tenant, now).await?)
    }

    async fn new_session(
        &self,
        officer: &Name,
        tenant: &Name,
        now: Timestamp,
    ) -> Result<(String, SignIn), OfficeError> {
        let token = hex::encode(machine::<32>()?);
        let csrf = hex::encode(machine::<16>()?);
        let session = Session {
            token_hash: token_hash(&token),
            officer: officer.to_string(),
            created_at: now,
            expires_at: now + SESSION,
            csrf: csrf.clone(),
        };
        self.store.session_put(&tenant_id(tenant), session).await?;
        self.store.sessions_prune(&tenant_id(tenant), now).await?;
        Ok((format!("{tenant}.{token}"), SignIn { officer: officer.clone(), tenant: tenant.clone(), csrf }))
    }

    /// Who this cookie is, if it is anyone.
    pub async fn session(&self, cookie: &str) -> Result<Option<SignIn>, OfficeError> {
        let Some((tenant, token)) = cookie.split_once('.') else { return Ok(None) };
        if !self.world.org.divisions.contains_key(tenant) || token.len() != 64 {
            return Ok(None);
        }
        let session = self.store.session(&tenant_id(tenant), &token_hash(token)).await?;
        let known =
            |s: &Session| s.expires_at > self.time.wall() && self.world.org.officers.contains_key(s.officer.as_str());
        Ok(session.filter(known).map(|s| SignIn { officer: s.officer.into(), tenant: tenant.into(), csrf: s.csrf }))
    }

    /// End a session.
    pub async fn sign_out(&self, cookie: &str) -> Result<(), OfficeError> {
        if let Some((tenant, token)) = cookie.split_once('.') {
            self.store.session_end(&tenant_id(tenant), &token_hash(token)).await?;
        }
        Ok(())
    }

    /// Set a password, ending the officer's sessions.
    pub async fn set_password(&self, officer: &Name, hash: String) -> Result<(), OfficeError> {
        let unit = self.world.org.officers.get(officer).map(|o| o.unit.clone()).unwrap_or_else(|| "".into());
        let tenant = tenant_id(&self.tenant_of(&unit));
        let credential =
            Credential { officer: officer.to_string(), password_hash: hash, failed: 0, locked_until: None };
        self.store.credential_put(&tenant, credential).await?;
        self.store.sessions_end(&tenant, officer).await?;
        Ok(())
    }

    /// The tenant that a unit belongs to.
    pub fn tenant_of(&self, unit: &str) -> Name {
        self.world.org.units.get(unit).map_or_else(|| "".into(), |u| u.tenant.clone())
    }

    /// Has this officer a post with the role (as A or B)?
    pub fn has_role(&self, officer: &str, role: &str) -> bool {
        self.world.org.posts_of_officer(officer).any(|p| p.has_role(role))
    }
}

/// Hash a password (argon2id with the library's present defaults).
pub fn hash_password(password: &str) -> Result<String, OfficeError> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|h| h.to_string())
        .map_err(|e| OfficeError::Password(e.to_string()))
}

async fn verify(password: String, hash: String) -> bool {
    if password.chars().count() > PASSWORD_MAX {
        return false;
    }
    let permit = CHECKS.acquire().await;
    let check = move || {
        let _permit = permit; // Held to the end of the check, even if who asked has hung up.
        PasswordHash::new(&hash).is_ok_and(|h| Argon2::default().verify_password(password.as_bytes(), &h).is_ok())
    };
    tokio::task::spawn_blocking(check).await.unwrap_or(false)
}

/// A hash that no password matches, to take the same time.
fn decoy() -> Result<String, OfficeError> {
    static DECOY: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    if let Some(hash) = DECOY.get() {
        return Ok(hash.clone());
    }
    let hash = hash_password(&hex::encode(machine::<16>()?))?;
    Ok(DECOY.get_or_init(|| hash).clone())
}

fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}
